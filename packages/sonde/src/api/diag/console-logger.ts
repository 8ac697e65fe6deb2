/** Writes diagnostics to the console, by the methods it had when the logger was made. */
import type { DiagLogFunction, DiagLogger } from './diag-logger.ts';

type Method = 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** A bridge that turns console output into log records must not see our own messages, or they would go in circles. */
function original(method: Method): DiagLogFunction {
  const write = console[method] ?? console.log;
  return (...args) => {
    try {
      write.apply(console, args);
    } catch {
      // A closed stream: there is nobody left to tell.
    }
  };
}

/**
 * Hands diagnostics to the console method of the same level (`verbose` to `trace`), for use with `diag.setLogger`.
 * The console itself does not do: it has no `verbose`.
 */
export class DiagConsoleLogger implements DiagLogger {
  error: DiagLogFunction = original('error');
  warn: DiagLogFunction = original('warn');
  info: DiagLogFunction = original('info');
  debug: DiagLogFunction = original('debug');
  verbose: DiagLogFunction = original('trace');
}
