/** Gap 31: by default nothing is said when telemetry is lost. */
import assert from 'node:assert/strict';
import { startCapture } from '../support/capture.mjs';

export const title = 'A loss is said without any setting';

function listen(stream) {
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = (chunk, ...rest) => {
    text += chunk;
    return write(chunk, ...rest);
  };
  return () => text;
}

export const checks = {
  'a receiver that refuses is named on standard error': async (subject) => {
    const said = listen(process.stderr);
    const receiver = await startCapture((response) => response.writeHead(400).end());
    const exporter = new subject.otlp.OTLPTraceExporter({ url: `${receiver.url}/v1/traces` });
    const sdk = subject.start({ spanProcessors: [new subject.sdk.BatchSpanProcessor({ exporter })] });
    subject.api.trace.getTracer('gaps').startSpan('span').end();
    await sdk.shutdown().catch(() => {});
    receiver.close();
    assert.match(said(), /400/);
  },
};
