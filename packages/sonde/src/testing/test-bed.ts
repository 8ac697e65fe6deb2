/**
 * The seeded test bed: one clock, one source of chance, one network and one receiver, and a host that puts a pipeline
 * of the SDK on them. A run is repeated exactly by its seed; fault simulations are built on it.
 *
 *   pipeline ── host ──► FakeClock, ReportLog
 *      └─ exporter ──► FakeNetwork (faults drawn from the seed) ──► FakeReceiver (counts each record once)
 */
import type { PipelineHost } from '../sdk/pipeline/host.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeNetwork, type NetworkFaults } from './fake-network.ts';
import { FakeReceiver } from './fake-receiver.ts';
import { decodeIdentities } from './relay-exporter.ts';
import { ReportLog } from './report-log.ts';
import { SeededRandom } from './seeded-random.ts';

/** How a test bed is made. */
export interface TestBedOptions {
  readonly seed: number;
  /** Default none. */
  readonly faults?: NetworkFaults | undefined;
  /** Reads a message for the receiver. Default: JSON arrays of identities, as RelayExporter sends them. */
  readonly decode?: ((body: Uint8Array) => readonly string[]) | undefined;
}

/** The parts of a test bed. */
export interface TestBed {
  readonly seed: number;
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  readonly receiver: FakeReceiver;
  readonly network: FakeNetwork;
  readonly log: ReportLog;
  /** For the SDK's parts that take their time, timers and diagnostics from a host. */
  readonly host: PipelineHost;
}

/** Everything for one seeded run. */
export function createTestBed(options: TestBedOptions): TestBed {
  const clock = new FakeClock();
  const random = new SeededRandom(options.seed);
  const receiver = new FakeReceiver({ decode: options.decode ?? decodeIdentities });
  const network = new FakeNetwork({ clock, random, receiver, faults: options.faults });
  const log = new ReportLog();
  return { seed: options.seed, clock, random, receiver, network, log, host: hostOn(clock, log) };
}

/** A host for the SDK's pipelines on a fake clock and a kept log. */
export function hostOn(clock: FakeClock, log: ReportLog): PipelineHost {
  const { now, setTimer, setHoldingTimer, clearTimer, nextTurn } = clock;
  return { now, setTimer, setHoldingTimer, clearTimer, nextTurn, report: log.report };
}
