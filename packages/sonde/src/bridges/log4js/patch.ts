/**
 * Where log4js is changed. A logger makes an event of its arguments and gives it at once to the appenders of its category;
 * most write it through a layout, some are filters that pass it on to another.
 *
 *   logger._log ──▶ appenders ──▶ [filter ──▶] layout ──▶ text
 *
 * The event is sent when `_log` returns, unless all its appenders were filters that kept it. The layouts of log4js write
 * the arguments as they are; a layout of the user's may do anything to them, also redact, so what such a layout wrote is
 * all that is sent.
 */
import { replaceMethod } from '../shared/bridged.ts';
import { type LogSender, whileWriting } from '../shared/log-sender.ts';
import { severityOfName } from '../shared/severity.ts';
import type { TraceFields } from '../shared/trace-fields.ts';
import { bodyAndAttributes, type Log4jsEvent } from './record.ts';

type Layout = (event: Log4jsEvent, ...rest: unknown[]) => unknown;
type Appender = ((event: Log4jsEvent) => unknown) & { shutdown?: unknown };

interface Level {
  readonly levelStr: string;
  toString(): string;
}

interface Log4jsLogger {
  readonly category: string;
  context: Record<string, unknown>;
}

interface Layouts {
  readonly layout: (name: string, config: unknown) => Layout | undefined;
  readonly basicLayout: Layout;
  readonly colouredLayout: Layout;
  readonly messagePassThroughLayout: Layout;
}

interface Categories {
  appendersForCategory(category: string): readonly unknown[];
}

/** One event on its way. */
interface Call {
  /** What layouts of the user's wrote, when one did. */
  text: unknown;
  /** Filters that were asked, and those that let it pass. */
  asked: number;
  passed: number;
}

type Log = (this: Log4jsLogger, level: Level, data: unknown[]) => unknown;
type Configure = (
  this: unknown,
  config: unknown,
  layouts: unknown,
  find: (name: string) => Appender,
  ...rest: unknown[]
) => Appender;

/** A pattern that writes the whole message; any other writes what it chooses. */
const WHOLE_MESSAGE = /%(-?\d+)?m(?!\{)/;

/** One bridge to log4js, with the state that its patches share. */
export class Log4jsFlow {
  sender: LogSender;
  fields: TraceFields;
  #call: Call | undefined;
  #categories: Categories | undefined;

  constructor(sender: LogSender, fields: TraceFields) {
    this.sender = sender;
    this.fields = fields;
  }

  useCategories(exports: unknown): undefined {
    this.#categories = exports as Categories;
  }

  /** Layouts that are made from here on and write something else than the arguments are watched. */
  patchLayouts(exports: unknown): (() => void) | undefined {
    const flow = this;
    const layouts = exports as Layouts;
    const { basicLayout, colouredLayout, messagePassThroughLayout } = layouts;
    return replaceMethod<Layouts['layout']>(layouts, 'layout', (original, state) => {
      return function layout(name, config) {
        const made = original(name, config);
        if (made === undefined || state.isOff) return made;
        const pattern = (config as { pattern?: unknown } | undefined)?.pattern;
        const isWhole =
          made === basicLayout ||
          made === colouredLayout ||
          made === messagePassThroughLayout ||
          (name === 'pattern' && (typeof pattern !== 'string' || WHOLE_MESSAGE.test(pattern)));
        return isWhole ? made : flow.#observed(made);
      };
    });
  }

  #observed(layout: Layout): Layout {
    return (event, ...rest) => {
      const text = layout(event, ...rest);
      if (this.#call !== undefined) this.#call.text = text ?? '';
      return text;
    };
  }

  patchFilter(exports: unknown): (() => void) | undefined {
    const flow = this;
    return replaceMethod<Configure>(exports as object, 'configure', (original, state) => {
      return function configure(config, layouts, find, ...rest) {
        if (state.isOff) return original.call(this, config, layouts, find, ...rest);
        return flow.#filter(original.call(this, config, layouts, (name) => flow.#inner(find(name)), ...rest));
      };
    });
  }

  #filter(filter: Appender): Appender {
    return (event) => {
      if (this.#call !== undefined) this.#call.asked++;
      return filter(event);
    };
  }

  /** The appender behind a filter: what it is given has passed. */
  #inner(appender: Appender): Appender {
    if (typeof appender !== 'function') return appender;
    return (event) => {
      if (this.#call !== undefined) this.#call.passed++;
      return appender(event);
    };
  }

  patchLogger(exports: unknown): (() => void) | undefined {
    const flow = this;
    const { prototype } = exports as { readonly prototype: object };
    return replaceMethod<Log>(prototype, '_log', (original, state) => {
      return function _log(level, data) {
        if (state.isOff) return original.call(this, level, data);
        return flow.#run(this, level, data, () => original.call(this, level, data));
      };
    });
  }

  #run(logger: Log4jsLogger, level: Level, data: unknown[], log: () => unknown): unknown {
    const outer = this.#call;
    const { context } = logger;
    const fields = this.fields.active(level.levelStr);
    const call: Call = { text: undefined, asked: 0, passed: 0 };
    this.#call = call;
    // Each event takes a copy of the logger's context when it is made.
    if (fields !== undefined) logger.context = { ...fields, ...context };
    let returned: unknown;
    try {
      returned = whileWriting(log);
    } finally {
      this.#call = outer;
      if (fields !== undefined) logger.context = context;
    }
    if (this.#isWritten(logger, call)) this.#send(logger, level, data, call);
    return returned;
  }

  #isWritten({ category }: Log4jsLogger, { asked, passed }: Call): boolean {
    if (asked === 0 || passed > 0) return true;
    const appenders = this.#categories?.appendersForCategory(category).length ?? 0;
    return appenders > asked;
  }

  #send(logger: Log4jsLogger, { levelStr }: Level, data: unknown[], call: Call): void {
    const severityNumber = severityOfName(levelStr);
    if (!this.sender.wants(severityNumber)) return;
    this.sender.sendMade(() => ({
      timestamp: Date.now(),
      severityNumber,
      severityText: levelStr,
      ...bodyAndAttributes(logger.category, logger.context, data, call.text),
    }));
  }
}
