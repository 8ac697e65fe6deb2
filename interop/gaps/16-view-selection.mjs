/** Gap 16: only the first `*` of a view's pattern counts, `?` does not, and meters without a schema URL match any. */
import assert from 'node:assert/strict';
import { meterBed, metricsOf } from './metrics-tools.mjs';

export const title = 'Views select by';

async function isSelected(subject, view, name) {
  const { meter, reader } = meterBed(subject, { views: [{ ...view, description: 'selected' }] });
  meter.createCounter(name).add(1);
  const [{ descriptor }] = await metricsOf(reader);
  return descriptor.description === 'selected';
}

export const checks = {
  'several asterisks': async (subject) => {
    assert.equal(await isSelected(subject, { instrumentName: 'http.*.dur*' }, 'http.server.duration'), true);
  },
  'question marks': async (subject) => {
    assert.equal(await isSelected(subject, { instrumentName: 'j?bs' }, 'jobs'), true);
  },
  'a schema URL that the meter lacks: not at all': async (subject) => {
    assert.equal(await isSelected(subject, { meterSchemaUrl: 'https://example.com/1' }, 'c'), false);
  },
};
