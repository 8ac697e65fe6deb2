// The duration of requests as the services measured it: a table, in which each row names a trace that is an example of it.
import { bold, colourOf, dim } from './colours.mjs';
import { plain } from './otlp.mjs';

const DURATION = 'http.server.request.duration';

/** Keeps the last reading of each series: the counts are sums from the start on. */
export class Durations {
  #series = new Map();

  add({ name, service, histogram }) {
    if (name !== DURATION) return;
    for (const point of histogram?.dataPoints ?? []) {
      const attributes = plain(point.attributes);
      const row = {
        service,
        method: attributes['http.request.method'],
        status: attributes['http.response.status_code'] ?? '',
        count: Number(point.count),
        mean: (point.sum / Number(point.count)) * 1e3,
        max: point.max * 1e3,
        example: longest(point.exemplars)?.traceId,
      };
      this.#series.set(`${service} ${row.method} ${row.status}`, row);
    }
  }

  /** The lines of the table; none when nothing was measured. */
  lines() {
    if (this.#series.size === 0) return [];
    const head = `${'service'.padEnd(12)}${'request'.padEnd(10)}${'count'.padStart(6)}${'mean ms'.padStart(10)}${'max ms'.padStart(10)}`;
    const rows = [...this.#series.values()].map(
      ({ service, method, status, count, mean, max, example }) =>
        `${colourOf(service)(service.padEnd(12))}${`${method} ${status}`.padEnd(10)}${String(count).padStart(6)}` +
        `${mean.toFixed(1).padStart(10)}${max.toFixed(1).padStart(10)}  ${dim(example ?? '')}`,
    );
    return [bold(DURATION), dim(`${head}  for example, trace`), ...rows.sort(), ''];
  }
}

function longest(exemplars = []) {
  return exemplars.reduce((longest, each) => (longest?.asDouble > each.asDouble ? longest : each), undefined);
}
