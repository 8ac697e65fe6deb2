/** Gap 32: log records get a time that nobody gave, a logger without a name gets another's, and a question decides an emit. */
import assert from 'node:assert/strict';
import { startCapture } from '../support/capture.mjs';

export const title = 'Log records';

function keeping(enabled) {
  const records = [];
  const processor = {
    onEmit: (record) => records.push(record),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  if (enabled !== undefined) processor.enabled = enabled;
  return { processor, records };
}

export const checks = {
  'a time that nobody gave is not on the wire': async ({ sdk, otlp }) => {
    const receiver = await startCapture();
    const exporter = new otlp.OTLPLogExporter({ protocol: 'http/json', url: `${receiver.url}/v1/logs` });
    const provider = new sdk.LoggerProvider({ processors: [new sdk.BatchLogRecordProcessor({ exporter })] });
    provider.getLogger('gaps').emit({ body: 'timeless' });
    await provider.shutdown();
    receiver.close();
    const [{ scopeLogs }] = JSON.parse(receiver.requests[0].body).resourceLogs;
    const { timeUnixNano, observedTimeUnixNano } = scopeLogs[0].logRecords[0];
    assert.ok(Number(observedTimeUnixNano) > 0, 'when it was noticed is there');
    assert.equal(Number(timeUnixNano ?? 0), 0);
  },
  'a logger with an empty name keeps it': ({ sdk }) => {
    const { processor, records } = keeping();
    const provider = new sdk.LoggerProvider({ processors: [processor] });
    provider.getLogger('').emit({ body: 'nameless' });
    assert.equal(records[0].instrumentationScope.name, '');
  },
  'what is emitted reaches a processor, whatever it answers to enabled()': ({ sdk }) => {
    const { processor, records } = keeping(() => false);
    const provider = new sdk.LoggerProvider({ processors: [processor] });
    const logger = provider.getLogger('gaps');
    assert.equal(logger.enabled({ severityNumber: 9 }), false);
    logger.emit({ severityNumber: 9, body: 'all the same' });
    assert.equal(records.length, 1);
  },
};
