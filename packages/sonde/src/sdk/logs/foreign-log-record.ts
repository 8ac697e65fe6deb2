/** Log records that another SDK made, as ours: an official provider may feed our exporters. Their objects are not copied. */
import { Clock, hrTimeFromInput } from '../common/clock.ts';
import { report } from '../common/diagnostics.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';
import { LogRecordImpl, linkOf } from './log-record.ts';
import { LoggerSettings } from './logger-settings.ts';
import type { ReadableLogRecord } from './readable-log-record.ts';

const NAMELESS: InstrumentationScope = { name: '' };
const NO_RESOURCE = { attributes: {} } as Resource;
const NO_LIMITS = {
  attributeCountLimit: Infinity,
  attributeValueLengthLimit: Infinity,
  attributeValueDepthLimit: Infinity,
};

/** Foreign times are exact tuples: the clock is never read. */
let settings: LoggerSettings | undefined;

/** The record of a foreign one; undefined, and said, when it throws while it is read. */
export function recordOf(given: ReadableLogRecord): LogRecordImpl | undefined {
  try {
    settings ??= new LoggerSettings(NO_RESOURCE, NO_LIMITS, new Clock(), { created: 0 }, []);
    const origin = {
      scope: given.instrumentationScope ?? NAMELESS,
      resource: given.resource ?? NO_RESOURCE,
      settings,
    };
    const { severityNumber, severityText, eventName, body } = given;
    const record = new LogRecordImpl(
      origin,
      {
        ...(severityNumber === undefined ? undefined : { severityNumber }),
        ...(severityText === undefined ? undefined : { severityText }),
        ...(eventName === undefined ? undefined : { eventName }),
        body,
      },
      linkOf(given.spanContext),
      0,
    );
    record.timestamp = hrTimeFromInput(given.hrTime);
    record.exactObserved = hrTimeFromInput(given.hrTimeObserved) ?? record.timestamp ?? [0, 0];
    record.attributeList.object = given.attributes ?? {};
    record.attributeList.dropped = given.droppedAttributesCount ?? 0;
    record.isReadonly = true;
    return record;
  } catch (error) {
    report(
      'error',
      'foreign_log_record',
      'A log record of another SDK could not be read and is left out',
      error,
    );
    return undefined;
  }
}
