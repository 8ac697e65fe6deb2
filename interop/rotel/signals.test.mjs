/** All signals into a real collector by gRPC and by HTTP; what it printed is what it understood. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startRotel } from '../support/rotel.mjs';
import { sendSignals } from '../support/signals.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject('sonde');

for (const protocol of ['grpc', 'http/protobuf']) {
  for (const compression of ['none', 'gzip']) {
    it(`reads every signal sent as ${protocol}, compression ${compression}`, async (test) => {
      const rotel = await startRotel();
      test.after(() => rotel.stop());
      const url = (signal) => (protocol === 'grpc' ? rotel.grpcUrl : `${rotel.url}/v1/${signal}`);
      await sendSignals(subject, (signal) => ({ protocol, compression, url: url(signal) }));
      await rotel.printed(/a span/);
      await rotel.printed(/a\.counter/);
      const output = await rotel.printed(/a record/);
      for (const line of [
        'service.name: Str(interop-signals)',
        'text: Str(grüße, 世界 🚀)',
        'a.histogram',
        'kind: Str(big)',
      ]) {
        assert.ok(output.includes(line), `Rotel did not print "${line}" in:\n${output}`);
      }
    });
  }
}
