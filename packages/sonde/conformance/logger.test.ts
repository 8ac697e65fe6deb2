/** Rows LSDK, those of LAPI that need an SDK, and LIM for log records: providers, loggers and their processors. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Logger, LogRecord } from 'sonde';
import type {
  LoggerProvider,
  LoggerProviderOptions,
  LogRecordProcessor,
  ReadWriteLogRecord,
} from 'sonde/sdk';
import { assertBetween } from './metrics-bed.ts';
import { api, resources, sdk } from './subject.ts';

/** A processor that keeps every record it is shown. */
class Recorder implements LogRecordProcessor {
  readonly records: ReadWriteLogRecord[] = [];
  readonly calls: string[] = [];
  onEmit(record: ReadWriteLogRecord): void {
    this.records.push(record);
    this.calls.push('onEmit');
  }
  async forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
  }
  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
  }
}

interface Setup {
  readonly recorder: Recorder;
  readonly provider: LoggerProvider;
  readonly logger: Logger;
}

function setUp(options: LoggerProviderOptions = {}): Setup {
  const recorder = new Recorder();
  const provider = new sdk.LoggerProvider({ processors: [recorder], ...options });
  return { recorder, provider, logger: provider.getLogger('t') };
}

/** The record of one emit. */
function emitted(given: LogRecord, options: LoggerProviderOptions = {}): ReadWriteLogRecord {
  const { recorder, logger } = setUp(options);
  logger.emit(given);
  const [only] = recorder.records;
  assert.ok(only !== undefined);
  return only;
}

const spanContext = (traceFlags: number) => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags,
});
const inSpan = (traceFlags: number) => api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext(traceFlags));
const bodies = (recorder: Recorder) => recorder.records.map((record) => record.body);

afterEach(() => {
  api.logs.disable();
  api.context.disable();
});

describe('getting a logger', () => {
  it('LAPI-02 the scope of a record has the name, version, schema URL and attributes that were asked for', () => {
    const { recorder, provider } = setUp();
    const options = { schemaUrl: 'https://opentelemetry.io/schemas/1.30.0', attributes: { shard: 3 } };
    provider.getLogger('library', '1.2.3', options).emit({});
    const scope = recorder.records[0]?.instrumentationScope;
    assert.deepEqual([scope?.name, scope?.version], ['library', '1.2.3']);
    assert.equal(scope?.schemaUrl, options.schemaUrl);
    assert.deepEqual(scope?.attributes, { shard: 3 });
  });

  it('LSDK-01 every record has the resource of the provider', () => {
    const resource = resources.resourceFromAttributes({ 'service.name': 'shop' });
    assert.equal(emitted({}, { resource }).resource.attributes['service.name'], 'shop');
  });

  it('LSDK-02 an invalid name gives a working logger that keeps it, and is said', () => {
    const said: string[] = [];
    const log = (message: string, ...rest: unknown[]) => void said.push([message, ...rest].join(' '));
    api.diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log });
    const { recorder, provider } = setUp();
    provider.getLogger('').emit({ body: 'kept' });
    api.diag.disable();
    assert.equal(recorder.records[0]?.instrumentationScope.name, '');
    assert.match(said.join('\n'), /name/i);
  });

  it('LAPI-01 a provider that is registered serves the loggers of the API', () => {
    const { recorder, provider } = setUp();
    assert.notEqual(api.logs.setGlobalLoggerProvider(provider), false);
    api.logs.getLogger('global').emit({ body: 'kept' });
    assert.deepEqual(bodies(recorder), ['kept']);
  });
});

describe('the configuration of a logger', () => {
  const configured = (config: object) => setUp({ loggerConfigurator: () => config });

  it('LSDK-03 is given by the name of its scope', () => {
    const loggerConfigurator = sdk.createLoggerConfigurator([
      { pattern: 'noisy', config: { enabled: false } },
    ]);
    const { recorder, provider } = setUp({ loggerConfigurator });
    provider.getLogger('noisy').emit({ body: 'no' });
    provider.getLogger('other').emit({ body: 'yes' });
    assert.deepEqual(bodies(recorder), ['yes']);
  });

  it('LSDK-04 a minimum severity drops what is lower; records without a severity pass', () => {
    const { recorder, logger } = configured({ enabled: true, minimumSeverity: 9, traceBased: false });
    logger.emit({ body: 'none' });
    for (const severityNumber of [8, 9] as const) logger.emit({ body: severityNumber, severityNumber });
    assert.deepEqual(bodies(recorder), ['none', 9]);
  });

  it('LSDK-05 trace based drops what was made in a span that is not sampled', () => {
    const { recorder, logger } = configured({ enabled: true, minimumSeverity: 0, traceBased: true });
    for (const flags of [0, 1]) logger.emit({ body: flags, context: inSpan(flags) });
    logger.emit({ body: 'no span', context: api.ROOT_CONTEXT });
    assert.deepEqual(bodies(recorder), [1, 'no span']);
  });

  it('LSDK-06 all of it holds at once', () => {
    const { recorder, logger } = configured({ enabled: true, minimumSeverity: 9, traceBased: true });
    logger.emit({ body: 'severity', severityNumber: 5, context: inSpan(1) });
    logger.emit({ body: 'trace', severityNumber: 17, context: inSpan(0) });
    logger.emit({ body: 'both', severityNumber: 17, context: inSpan(1) });
    assert.deepEqual(bodies(recorder), ['both']);
    const off = configured({ enabled: false, minimumSeverity: 0, traceBased: false });
    off.logger.emit({ body: 'off', severityNumber: 24 });
    assert.deepEqual(bodies(off.recorder), []);
  });

  it('LSDK-03 a configurator that replaces it counts for loggers that exist', () => {
    const { recorder, provider, logger } = configured({ enabled: false });
    provider.setLoggerConfigurator(() => ({ enabled: true }));
    logger.emit({ body: 'now' });
    assert.deepEqual(bodies(recorder), ['now']);
  });
});

describe('emitting a record', () => {
  it('LAPI-03 LAPI-10 every field is kept, a body of any shape among them', () => {
    const body = { list: [1, 'a', new Uint8Array([1])], map: { deep: true } };
    const record = emitted({ severityNumber: 13, severityText: 'warning', body, eventName: 'order.placed' });
    assert.deepEqual(record.body, body);
    assert.deepEqual([record.severityNumber, record.severityText], [13, 'warning']);
    assert.equal(record.eventName, 'order.placed');
    const times = emitted({ timestamp: [5, 6], observedTimestamp: new Date(7_000) });
    assert.deepEqual(
      [times.hrTime, times.hrTimeObserved],
      [
        [5, 6],
        [7, 0],
      ],
    );
  });

  it('LSDK-07 the time of observation is now when none was given', () => {
    const before = Date.now();
    const observed = emitted({}).hrTimeObserved;
    assertBetween(observed, before, Date.now());
  });

  it('LAPI-04 LSDK-09 an exception becomes attributes, and what the caller says wins', () => {
    const record = emitted({
      exception: new TypeError('broken'),
      attributes: { 'exception.message': 'mine' },
    } as LogRecord);
    assert.equal(record.attributes['exception.type'], 'TypeError');
    assert.equal(record.attributes['exception.message'], 'mine');
    assert.match(String(record.attributes['exception.stacktrace']), /broken/);
  });

  it('LSDK-10 the trace context is that of the given context, or of the active one', () => {
    api.context.setGlobalContextManager(new sdk.AsyncLocalStorageContextManager());
    const given = emitted({ context: inSpan(1) }).spanContext;
    const active = api.context.with(inSpan(0), () => emitted({})).spanContext;
    assert.deepEqual([given?.traceId, given?.spanId, given?.traceFlags], Object.values(spanContext(1)));
    assert.equal(active?.traceFlags, 0);
    assert.equal(emitted({ context: api.ROOT_CONTEXT }).spanContext, undefined);
  });
});

describe('asking a logger', () => {
  const question = { severityNumber: 9, eventName: 'e' } as const;

  it('LSDK-11 LAPI-05 it is off without processors, by its configuration, and when no processor wants a record', () => {
    assert.equal(setUp({ processors: [] }).logger.enabled(), false);
    assert.equal(setUp({ loggerConfigurator: () => ({ enabled: false }) as never }).logger.enabled(), false);
    const refusing = () => Object.assign(new Recorder(), { enabled: () => false });
    assert.equal(setUp({ processors: [refusing(), refusing()] }).logger.enabled(question), false);
    assert.equal(setUp({ processors: [refusing(), new Recorder()] }).logger.enabled(question), true);
    assert.equal(setUp().logger.enabled(), true);
  });

  it('LSDK-12 a record that a processor would not want reaches it all the same', () => {
    const processor = Object.assign(new Recorder(), { enabled: () => false });
    setUp({ processors: [processor] }).logger.emit({ body: 'emitted' });
    assert.deepEqual(bodies(processor), ['emitted']);
  });

  it('LSDK-17 a processor is told the context, scope, severity and event name', () => {
    const asked: Record<string, unknown>[] = [];
    const processor = Object.assign(new Recorder(), {
      enabled: (told: object) => asked.push(told as Record<string, unknown>) > 0,
    });
    const provider = new sdk.LoggerProvider({ processors: [processor] });
    provider.getLogger('asked').enabled({ ...question, context: api.ROOT_CONTEXT });
    assert.equal(asked.length, 1);
    assert.deepEqual([asked[0]?.['severityNumber'], asked[0]?.['eventName']], [9, 'e']);
    assert.equal(asked[0]?.['context'], api.ROOT_CONTEXT);
    assert.equal((asked[0]?.['instrumentationScope'] as { name?: string })?.name, 'asked');
  });
});

describe('what a processor may do to a record', () => {
  it('LSDK-13 LSDK-16 it changes any field, and processors after it see that', () => {
    const first = new Recorder();
    const link = spanContext(1);
    first.onEmit = (record) => {
      record.hrTime = [1, 2];
      record.hrTimeObserved = [3, 4];
      record.spanContext = link;
      record.setBody('changed').setEventName('renamed').setSeverityNumber(17).setSeverityText('ERR');
      record.setAttribute('added', 1);
      delete record.attributes['gone'];
    };
    const last = new Recorder();
    const { logger } = setUp({ processors: [first, last] });
    logger.emit({ body: 'given', attributes: { gone: 1, kept: 1 } });
    const [record] = last.records;
    assert.deepEqual(
      [record?.hrTime, record?.hrTimeObserved],
      [
        [1, 2],
        [3, 4],
      ],
    );
    assert.deepEqual([record?.body, record?.eventName], ['changed', 'renamed']);
    assert.deepEqual([record?.severityNumber, record?.severityText], [17, 'ERR']);
    assert.deepEqual(record?.attributes, { kept: 1, added: 1 });
    assert.deepEqual(record?.spanContext, link);
  });

  it('LSDK-14 it makes a deep copy that changes apart from the record', () => {
    let copy: ReadWriteLogRecord | undefined;
    const first = new Recorder();
    first.onEmit = (record) => {
      copy = record.clone();
      record.setBody('changed').setAttribute('inner', 0);
    };
    const record = emitted({ body: 'given' });
    setUp({ processors: [first] }).logger.emit({ body: { a: [1] }, attributes: { inner: { b: 1 } } });
    assert.equal(record.body, 'given');
    assert.deepEqual([copy?.body, copy?.attributes], [{ a: [1] }, { inner: { b: 1 } }]);
    copy?.setBody('mine');
    assert.equal(copy?.body, 'mine');
  });
});

describe('limits of a log record', () => {
  const limited = (logRecordLimits: object, given: LogRecord) => emitted(given, { logRecordLimits });

  it('LIM-12 LSDK-15 attributes are bounded in count, length and depth, and what is dropped is counted', () => {
    const limits = { attributeCountLimit: 2, attributeValueLengthLimit: 3, attributeValueDepthLimit: 1 };
    const record = limited(limits, { attributes: { a: 'abcd', b: { c: { d: 1 } }, c: 1, d: 1 } });
    assert.deepEqual(record.attributes, { a: 'abc', b: { c: null } });
    assert.equal(record.droppedAttributesCount, 2);
    const many = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`k${index}`, index]));
    assert.equal(emitted({ attributes: many }).droppedAttributesCount, 1);
  });

  it('LIM-13 the body has no limit', () => {
    const body = { text: 'longer', deep: { deeper: { deepest: 'too' } }, one: 1, two: 2, three: 3 };
    const limits = { attributeCountLimit: 1, attributeValueLengthLimit: 1, attributeValueDepthLimit: 1 };
    assert.deepEqual(limited(limits, { body }).body, body);
  });
});

describe('a logger after shutdown', () => {
  it('LSDK-25 takes nothing and is off, also one that is made then', async () => {
    const { recorder, provider, logger } = setUp();
    logger.emit({ body: 'before' });
    await provider.shutdown();
    const later: Logger = provider.getLogger('later');
    for (const each of [logger, later]) {
      each.emit({ body: 'after' });
      assert.equal(each.enabled(), false);
    }
    assert.deepEqual(bodies(recorder), ['before']);
    assert.deepEqual(recorder.calls.slice(-1), ['shutdown']);
  });
});
