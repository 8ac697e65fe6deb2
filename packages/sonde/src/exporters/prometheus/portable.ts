/** Collections as text, for their way from one process to another: all of what an exposition shows. */
import { attributesJson } from '../../sdk/common/attribute-text.ts';
import type { MetricData, ResourceMetrics, ScopeMetrics } from '../../sdk/metrics/metric-data.ts';

/** JSON has no NaN and no infinities: they go as an object of this one key. */
const NUMBER = '$number';

/** The scopes of a collection; what it says of the resource stays behind. */
export function packed({ scopeMetrics }: ResourceMetrics): string {
  return JSON.stringify(scopeMetrics, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return { [NUMBER]: String(value) };
    if (key === 'attributes' && typeof value === 'object' && value !== null) return attributesJson(value);
    return typeof value === 'bigint' ? value.toString() : value;
  });
}

/**
 * The scopes of a packed collection, every point with one more attribute.
 * @throws SyntaxError or TypeError for what is no packed collection
 */
export function unpacked(text: string, name: string, value: string): ScopeMetrics[] {
  const scopes = JSON.parse(text, (_key, each: unknown) => {
    const number = (each as Record<string, unknown> | null)?.[NUMBER];
    return typeof number === 'string' ? Number(number) : each;
  }) as ScopeMetrics[];
  return scopes.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics.map((metric) => {
      const points: readonly { readonly attributes: object }[] = metric.dataPoints;
      const dataPoints = points.map((point) => ({
        ...point,
        attributes: value === '' ? point.attributes : { ...point.attributes, [name]: value },
      }));
      return { ...metric, dataPoints } as unknown as MetricData;
    }),
  }));
}
