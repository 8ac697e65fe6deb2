/** `sonde/testing`: a clock to turn by hand, a network with faults, and exporters that keep what they get. */
export { InMemorySpanExporter } from '../exporters/memory/traces.ts';
export { FakeClock, type FakeClockOptions } from '../testing/fake-clock.ts';
export {
  FakeNetwork,
  type FakeNetworkOptions,
  type FakeSendRequest,
  type FakeSendResult,
  type NetworkFaults,
} from '../testing/fake-network.ts';
export { FakeReceiver, type FakeReceiverOptions, type ReceiverAnswer } from '../testing/fake-receiver.ts';
export { decodeIdentities, RelayExporter, type RelayExporterOptions } from '../testing/relay-exporter.ts';
export { type Reported, ReportLog } from '../testing/report-log.ts';
export {
  EXPORT_BEHAVIOURS,
  type ExportBehaviour,
  ScriptedExporter,
  type ScriptedExporterOptions,
} from '../testing/scripted-exporter.ts';
export { SeededRandom } from '../testing/seeded-random.ts';
export { createTestBed, type TestBed, type TestBedOptions } from '../testing/test-bed.ts';
