/** What a log call costs that nobody wants: `enabled()` says no and nothing is made. */
import { measureTime } from '../harness/measure.mjs';

export const title = 'log record that is not wanted: enabled() and nothing more';
export const target = { below: 5 };

export function run(contender, options) {
  const provider = contender.makeNoLogs();
  const logger = provider.getLogger('bench', '1.0.0');
  const question = { severityNumber: 5 };
  let wanted = 0;
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) if (logger.enabled(question)) wanted++;
    if (wanted > 0) throw new Error('They were wanted');
  }, options);
}
