/** The declarations compile for users whose `lib` knows no Symbol.dispose. Compiled only, never run. */
import { context, ROOT_CONTEXT, trace } from 'sonde';

export function endItself(): void {
  const span = trace.getTracer('x').startSpan('s');
  span[Symbol.dispose]();
  const attached = context.attach(ROOT_CONTEXT);
  attached[Symbol.dispose]();
}
