/** prom-client, for the cases of metrics: instruments with the methods of the others, labels named in advance as it asks. */
import { createRequire } from 'node:module';

const { Counter, Histogram, Registry } = createRequire(new URL('prom-client/', import.meta.url))(
  'prom-client',
);

export const contender = {
  makeMeter() {
    const registers = [new Registry()];
    const common = (name, labelNames) => ({ name, help: name, labelNames, registers });
    return {
      createCounter(name, { labels }) {
        const counter = new Counter(common(name, labels));
        return { add: (value, attributes) => counter.inc(attributes, value) };
      },
      createHistogram(name, { labels }) {
        const buckets = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];
        const histogram = new Histogram({ ...common(name, labels), buckets });
        return { record: (value, attributes) => histogram.observe(attributes, value) };
      },
    };
  },
};
