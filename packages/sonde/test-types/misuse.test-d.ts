/** Mistakes that the types catch, and the correct use next to them that they must let pass. Compiled only, never run. */
import { metrics, propagation, type Span, SpanKind, SpanStatusCode, trace, withSpan } from 'sonde';

declare const span: Span;
declare const known: string | undefined;
declare const unknown: unknown;
class Account {}

export function attributes<K extends 'a' | 'b'>(key: K, typed: { a: string; b: number }): void {
  span
    .setAttribute('a', 'text')
    .setAttribute('a', 1.5)
    .setAttribute('a', [1, 2])
    .setAttribute('a', { deep: { map: 1 } });
  span.setAttribute('a', known).setAttribute('a', unknown).setAttribute(key, typed[key]);
  span.setAttributes({ a: 1, b: known, c: { d: [true] } }).setAttributes(typed);
  span.addEvent('e', { a: 1 }).addEvent('e', new Date()).addEvent('e', [1, 2]).addEvent('e', {}, 5);
  trace.getTracer('x').startSpan('s', { kind: SpanKind.CLIENT, attributes: { a: 1 } });
  // @ts-expect-error a function is no value
  span.setAttribute('a', () => 1);
  // @ts-expect-error a class is no value
  span.setAttribute('a', Account);
  // @ts-expect-error a symbol is no value
  span.setAttribute('a', Symbol('a'));
  // @ts-expect-error a function is no value
  span.setAttributes({ a: 1, b: known?.toUpperCase ?? (() => '') });
  // @ts-expect-error a function is no value
  span.addEvent('e', { a: Math.max });
  // @ts-expect-error a function is no value
  trace.getTracer('x').startSpan('s', { attributes: { a: () => 1 } });
  // @ts-expect-error a key is a string
  span.setAttribute(1, 'a');
}

export function baggage(): void {
  const made = propagation.createBaggage({ user: { value: 'alice' } });
  made.setEntry('tier', { value: 'gold' }).removeEntry('user');
  // @ts-expect-error a value is a string
  propagation.createBaggage({ user: { value: 1 } });
  // @ts-expect-error an entry has a value
  made.setEntry('tier', {});
  // @ts-expect-error an entry is an object
  made.setEntry('tier', 'gold');
}

export function others(): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'x' });
  // @ts-expect-error there is no such status
  span.setStatus({ code: 3 });
  // @ts-expect-error there is no such kind
  trace.getTracer('x').startSpan('s', { kind: 5 });
  // @ts-expect-error the context of a span cannot be changed
  span.spanContext().traceId = 'x';
  // @ts-expect-error a measurement is a number
  metrics.getMeter('m').createCounter('c').add('1');
  // @ts-expect-error the attributes of this counter are fixed
  metrics.getMeter('m').createCounter<{ route: string }>('c').add(1, { path: '/' });
  withSpan(trace.getTracer('x'), 's', { attributes: { a: 1 } }, (active) => active.setAttribute('b', 1));
  // @ts-expect-error there has to be something to do
  withSpan(trace.getTracer('x'), 's', { attributes: { a: 1 } });
}
