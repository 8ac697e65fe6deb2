/**
 * Writes lines with pino to a file, bare or with a bridge whose records are encoded to OTLP protobuf and thrown away, inside
 * a span, so that each line gets its ids. Prints what a line took and how many records came out.
 *   node pino-child.mjs bare|sonde|official sync|buffered <lines> <file>
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { argv } from 'node:process';
import { entry, inside } from '../contenders/sonde-joined.mjs';
import { threeAttributes } from '../harness/workload.mjs';

const [variant, how, count, file] = argv.slice(2);
const require = createRequire(new URL('../contenders/pino/package.json', import.meta.url));
const LINES = Number(count);
const BURST = 500;

/** `{ flush, inSpan, records }`, with pino not loaded yet. */
const setUps = {
  bare: async () => ({
    flush: () => new Promise(setImmediate),
    inSpan: (run) => run(),
    records: () => LINES,
  }),

  async sonde() {
    const [{ logs, trace }, sdk, { bridgePino }] = await Promise.all(
      ['index', 'sdk', 'bridges/pino'].map(entry),
    );
    const { logsProtobuf, DIRECT_EXPORT, giveBackBytes } = await inside();
    let records = 0;
    class BytesExporter {
      get [DIRECT_EXPORT]() {
        return {
          take(batch, size, ledger) {
            for (const part of logsProtobuf.encode(batch, size)) {
              for (const piece of logsProtobuf.complete(part)) giveBackBytes(piece);
            }
            records += size;
            ledger.acknowledge(size);
          },
          drain: () => Promise.resolve(),
        };
      }
      export() {}
      forceFlush() {}
      shutdown() {}
    }
    const exporter = new BytesExporter();
    const provider = new sdk.LoggerProvider({ processors: [new sdk.BatchLogRecordProcessor({ exporter })] });
    logs.setGlobalLoggerProvider(provider);
    trace.setGlobalTracerProvider(new sdk.TracerProvider());
    bridgePino(require('pino'));
    return {
      flush: () => provider.forceFlush(),
      inSpan: (run) => trace.getTracer('bench').startActiveSpan('work', run),
      records: () => records,
    };
  },

  async official() {
    const { context, logs, trace } = require('@opentelemetry/api');
    const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
    const { PinoInstrumentation } = require('@opentelemetry/instrumentation-pino');
    const { ProtobufLogsSerializer } = require('@opentelemetry/otlp-transformer');
    const { BatchLogRecordProcessor, LoggerProvider } = require('@opentelemetry/sdk-logs');
    const { TracerProvider } = require('@opentelemetry/sdk-trace');
    let records = 0;
    const exporter = {
      export(batch, done) {
        ProtobufLogsSerializer.serializeRequest(batch);
        records += batch.length;
        done({ code: 0 });
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    logs.setGlobalLoggerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [] }));
    const instrumentation = new PinoInstrumentation();
    instrumentation.setLoggerProvider(provider);
    return {
      flush: () => provider.forceFlush(),
      inSpan: (run) => trace.getTracer('bench').startActiveSpan('work', run),
      records: () => records,
    };
  },
};

const { flush, inSpan, records } = await setUps[variant]();
const pino = require('pino');
const destination = pino.destination({
  dest: file,
  sync: how === 'sync',
  minLength: how === 'sync' ? 0 : 4096,
});
// A destination that is not synchronous opens its file later.
if (how !== 'sync') await once(destination, 'ready');
const logger = pino({}, destination);

async function write(lines) {
  for (let done = 0; done < lines; done += BURST) {
    for (let index = 0; index < BURST; index++) logger.info(threeAttributes(index), 'order placed');
    await flush();
  }
}

await inSpan(async () => {
  await write(LINES);
  const warm = records();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await write(LINES);
  const millis = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const made = variant === 'bare' ? LINES : records() - warm;
  console.log(
    JSON.stringify({ rate: (LINES / millis) * 1e3, cpu: (user + system) / LINES, lost: LINES - made }),
  );
});
await new Promise((resolve, reject) => destination.flush((error) => (error ? reject(error) : resolve())));
