/** Observable instruments: they have streams for each reader, and their values come from callbacks. */
import type { Attributes } from '../../api/common/attributes.ts';
import { ValueType } from '../../api/metrics/instrument.ts';
import type { Observable, ObservableCallback } from '../../api/metrics/observable.ts';
import { reportOnce } from '../common/diagnostics.ts';
import { isMonotonic } from './aggregation/aggregation.ts';
import { InstrumentType } from './aggregation-option.ts';
import type { AsyncStream } from './async-stream.ts';
import type { Callbacks } from './callbacks.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import { asNumber, reportRefused } from './measured-value.ts';

export class ObservableImpl implements Observable {
  readonly descriptor: InstrumentDescriptor;
  readonly callbacks: Callbacks;
  readonly #streams: readonly (readonly AsyncStream[])[];
  readonly #isMonotonic: boolean;
  readonly #isGauge: boolean;

  /** @param streams by the index of the reader */
  constructor(
    descriptor: InstrumentDescriptor,
    callbacks: Callbacks,
    streams: readonly (readonly AsyncStream[])[],
  ) {
    this.descriptor = descriptor;
    this.callbacks = callbacks;
    this.#streams = streams;
    this.#isMonotonic = isMonotonic(descriptor.type);
    this.#isGauge = descriptor.type === InstrumentType.OBSERVABLE_GAUGE;
  }

  addCallback(callback: ObservableCallback): void {
    this.callbacks.add(callback, this);
  }

  removeCallback(callback: ObservableCallback): void {
    this.callbacks.remove(callback, this);
  }

  streamsOf(reader: number): readonly AsyncStream[] {
    return this.#streams[reader] ?? [];
  }

  /** Takes what a callback observes for one reader. */
  observe(
    reader: number,
    given: number,
    attributes: Attributes | undefined,
    isWanted: (stream: AsyncStream) => boolean,
  ): void {
    const { name, valueType } = this.descriptor;
    const value = asNumber(given, valueType === ValueType.INT, this.#isMonotonic, this.#isGauge);
    if (value === undefined) return reportRefused(name, given, this.#isMonotonic);
    for (const stream of this.streamsOf(reader)) if (isWanted(stream)) stream.observe(value, attributes);
  }

  /** Says once that an observation came when nobody asked for one. */
  reportLate(): void {
    const { name } = this.descriptor;
    reportOnce(
      'warn',
      'observed_late',
      name,
      `An observation of "${name}" is disregarded: its callback had ended or ran out of time`,
    );
  }
}
