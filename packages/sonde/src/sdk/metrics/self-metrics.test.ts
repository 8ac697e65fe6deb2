/** The name of a reader in the SDK's own metrics: one for its life, then another's. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualMetricReader } from './manual-reader.ts';
import { MeterProvider } from './provider.ts';

/** The names of readers whose collections were timed, as `watcher` sees them. */
async function namesIn(watcher: ManualMetricReader): Promise<unknown[]> {
  const { resourceMetrics } = await watcher.collect();
  return resourceMetrics.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .filter(({ descriptor }) => descriptor.name === 'otel.sdk.metric_reader.collection.duration')
    .flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes['otel.component.name']));
}

it('gives the name of a reader back when it has ended', async () => {
  const watcher = new ManualMetricReader({ otelComponentType: 'watcher' });
  const home = new MeterProvider({ readers: [watcher] });
  for (let start = 0; start < 3; start++) {
    const reader = new ManualMetricReader({ otelComponentType: 'short' });
    const provider = new MeterProvider({ readers: [reader] });
    reader.reportTo(home);
    await reader.collect();
    await provider.shutdown();
  }
  assert.deepEqual((await namesIn(watcher)).sort(), ['short/0']);
  assert.deepEqual((await namesIn(watcher)).sort(), ['short/0', 'watcher/0']);
});
