/** Extract from incoming headers and inject into outgoing ones: trace context with tracestate, and baggage. */
import { measureTime } from '../harness/measure.mjs';
import { carriers } from '../harness/workload.mjs';

export const title = 'W3C extract + inject, with tracestate and baggage';
export const target = { ratioAtLeast: 3 };

export function run(contender, options) {
  const propagator = contender.makePropagator();
  const { rootContext, getter, setter } = contender;
  const passOn = (incoming) => {
    const outgoing = {};
    propagator.inject(propagator.extract(rootContext, incoming, getter), outgoing, setter);
    return outgoing;
  };
  const once = passOn(carriers[1]);
  for (const name of ['traceparent', 'tracestate', 'baggage']) {
    if (typeof once[name] !== 'string')
      throw new Error(`Nothing injected as ${name}: ${JSON.stringify(once)}`);
  }
  return measureTime((iterations) => {
    for (let index = 0; index < iterations; index++) passOn(carriers[index % carriers.length]);
  }, options);
}
