/**
 * Batch callbacks name the instruments they report. One made before the SDK started is a proxy, which a meter of the
 * SDK has never seen: here it is exchanged for the real one, at registration and in each observation.
 */
import { READER, readerOf } from './asking-reader.ts';
import type { MetricAttributes } from './instrument.ts';
import type { BatchObservableCallback, BatchObservableResult, Observable } from './observable.ts';
import { ProxyObservable } from './proxy-observable.ts';

/** The instrument behind a proxy; every other is returned as it is. */
export function realObservable<A extends MetricAttributes>(observable: Observable<A>): Observable<A> {
  try {
    return observable instanceof ProxyObservable ? (observable.real() as Observable<A>) : observable;
  } catch {
    return observable;
  }
}

/** A copy of a list that may be no list, or throw: then it is empty. */
export function copyOf<T>(list: readonly T[]): T[] {
  try {
    return Array.isArray(list) ? [...list] : [];
  } catch {
    return [];
  }
}

export function realObservables<A extends MetricAttributes>(
  observables: readonly Observable<A>[],
): Observable<A>[] {
  return copyOf(observables).map(realObservable);
}

const translations = new WeakMap<object, unknown>();

/** The callback with its observations translated; the same answer for the same callback, so that it can be removed. */
export function translated<A extends MetricAttributes>(
  callback: BatchObservableCallback<A>,
): BatchObservableCallback<A> {
  if (typeof callback !== 'function') return callback;
  let known = translations.get(callback) as BatchObservableCallback<A> | undefined;
  if (known === undefined) {
    known = (result) => {
      const behind: BatchObservableResult<A> & { readonly [READER]: unknown } = {
        observe: (metric, value, attributes) => result.observe(realObservable(metric), value, attributes),
        [READER]: readerOf(result),
      };
      return callback(behind);
    };
    translations.set(callback, known);
  }
  return known;
}
