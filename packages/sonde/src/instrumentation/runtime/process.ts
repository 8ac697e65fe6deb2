/** The process's metrics (semantic-conventions, docs/system/process-metrics.md), as far as Node knows them. */
import type { Meter } from '../../api/metrics/meter.ts';
import type { BatchObservableCallback } from '../../api/metrics/observable.ts';
import { PerReader } from './per-reader.ts';

const MICROS = 1e-6;

/**
 * Registers the instruments: `process.cpu.time`, `process.cpu.utilization`, `process.memory.usage`, `process.uptime`,
 * `process.context_switches`, `process.paging.faults`. Returns what takes them back.
 */
export function observeProcess(meter: Meter): () => void {
  const counter = (name: string, unit: string, description: string) =>
    meter.createObservableCounter(name, { unit, description });
  const cpuTime = counter('process.cpu.time', 's', 'Total CPU seconds broken down by different states.');
  const switches = counter(
    'process.context_switches',
    '{context_switch}',
    'Number of times the process has been context switched.',
  );
  const faults = counter('process.paging.faults', '{fault}', 'Number of page faults the process has made.');
  const utilization = meter.createObservableGauge('process.cpu.utilization', {
    unit: '1',
    description:
      'Difference in process.cpu.time since the last measurement, by the time and the CPUs there were.',
  });
  const uptime = meter.createObservableGauge('process.uptime', {
    unit: 's',
    description: 'The time the process has been running.',
  });
  const memory = meter.createObservableUpDownCounter('process.memory.usage', {
    unit: 'By',
    description: 'The amount of physical memory in use.',
  });
  const cpuShares = new PerReader(shareOfCpuSince(usageNow()));
  const callback: BatchObservableCallback = (result) => {
    const usage = process.resourceUsage();
    const { user, system } = cpuShares.of(result)(usage.userCPUTime, usage.systemCPUTime);
    result.observe(cpuTime, usage.userCPUTime * MICROS, { 'cpu.mode': 'user' });
    result.observe(cpuTime, usage.systemCPUTime * MICROS, { 'cpu.mode': 'system' });
    result.observe(utilization, user, { 'cpu.mode': 'user' });
    result.observe(utilization, system, { 'cpu.mode': 'system' });
    result.observe(switches, usage.voluntaryContextSwitches, { 'process.context_switch.type': 'voluntary' });
    result.observe(switches, usage.involuntaryContextSwitches, {
      'process.context_switch.type': 'involuntary',
    });
    result.observe(faults, usage.minorPageFault, { 'system.paging.fault.type': 'minor' });
    result.observe(faults, usage.majorPageFault, { 'system.paging.fault.type': 'major' });
    result.observe(uptime, process.uptime());
    result.observe(memory, process.memoryUsage.rss());
  };
  const observables = [cpuTime, switches, faults, utilization, uptime, memory];
  meter.addBatchObservableCallback(callback, observables);
  return () => meter.removeBatchObservableCallback(callback, observables);
}

interface CpuUsage {
  /** Milliseconds by performance.now(). */
  readonly at: number;
  /** Microseconds. */
  readonly user: number;
  readonly system: number;
}

function usageNow(): CpuUsage {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return { at: performance.now(), user: userCPUTime, system: systemCPUTime };
}

/**
 * Makes functions that turn times of the processor in microseconds into shares of what there was since their call before,
 * from 0 to 1; the first call's time begins at `start`.
 */
function shareOfCpuSince(start: CpuUsage) {
  return () => {
    let before = start;
    return (user: number, system: number): Pick<CpuUsage, 'user' | 'system'> => {
      const at = performance.now();
      const cpus = process.getBuiltinModule('node:os').availableParallelism();
      const available = Math.max(1, (at - before.at) * 1000 * cpus);
      // The two clocks are not read in one instant: a share may come out a little over 1.
      const share = (value: number): number => Math.min(1, Math.max(0, value / available));
      const result = { user: share(user - before.user), system: share(system - before.system) };
      before = { at, user, system };
      return result;
    };
  };
}
