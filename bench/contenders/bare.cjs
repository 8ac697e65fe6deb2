/**
 * The program that loads nothing: what start-up costs are counted from, and what runs behind a preloaded register.
 * It measures before it writes: the first write loads modules of its own.
 */
const { rss } = process.memoryUsage();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const millis = performance.now();
const cpuMillis = (userCPUTime + systemCPUTime) / 1e3;
const line = JSON.stringify({ millis, cpuMillis, megabytes: rss / 1e6, peakMegabytes: maxRSS * 1.024e-3 });
// Not the natural end: a register whose exporters try to reach a receiver would keep the process for seconds.
process.stdout.write(`${line}\n`, () => process.exit(0));
