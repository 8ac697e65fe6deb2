/** Gap 11: what a sampler or a processor throws reaches the application. */
import assert from 'node:assert/strict';
import { recordingProvider } from './tools.mjs';

export const title = 'Errors of plug-ins stay inside the SDK';

function processorThat(behaviour) {
  return {
    onStart() {},
    onEnd() {},
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    ...behaviour,
  };
}

function fail() {
  throw new Error('plug-in');
}

export const checks = {
  'a sampler that throws': (subject) => {
    const sampler = { shouldSample: fail, toString: () => 'throws' };
    const { tracer } = recordingProvider(subject, { sampler });
    assert.doesNotThrow(() => tracer.startSpan('span').end());
  },
  'a processor that throws when a span starts': (subject) => {
    const { tracer } = recordingProvider(subject, { spanProcessors: [processorThat({ onStart: fail })] });
    assert.doesNotThrow(() => tracer.startSpan('span').end());
  },
  'a processor that throws when a span ends, and the next one still sees the span': (subject) => {
    const { tracer, spans } = recordingProvider(subject, {
      spanProcessors: [processorThat({ onEnd: fail })],
    });
    assert.doesNotThrow(() => tracer.startSpan('span').end());
    assert.equal(spans.length, 1);
  },
  'a processor that ends the span while it is ending': (subject) => {
    const processor = processorThat({ onEnding: (span) => span.end() });
    const { tracer, spans } = recordingProvider(subject, { spanProcessors: [processor] });
    assert.doesNotThrow(() => tracer.startSpan('span').end());
    assert.equal(spans.length, 1);
  },
};
