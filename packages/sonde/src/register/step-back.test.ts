import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sdk } from '../config/sdk.ts';
import { TracerProvider } from '../sdk/traces/provider.ts';
import { watchForCounterparts } from './step-back.ts';

type Provider = Sdk['tracerProvider'];

/** Which of ours step back when tracers of these names are asked for, and for whom. */
function steppedBack(...scopes: readonly unknown[]): string[] {
  const provider = new TracerProvider() as Provider;
  const told: string[] = [];
  watchForCounterparts(provider, ['http', 'undici', 'runtime'], (name, counterpart) =>
    told.push(`${name} for ${counterpart}`),
  );
  for (const scope of scopes) assert.equal(typeof provider.getTracer(scope as string).startSpan, 'function');
  return told;
}

describe('stepping back', () => {
  it('answers the official instrumentation of the same name, once', () => {
    const official = '@opentelemetry/instrumentation-http';
    assert.deepEqual(steppedBack(official, official, 'sonde/http'), [`http for ${official}`]);
  });

  it('knows runtime-node as runtime', () => {
    const official = '@opentelemetry/instrumentation-runtime-node';
    assert.deepEqual(steppedBack(official), [`runtime for ${official}`]);
  });

  it('answers one of ours that the application makes itself', () => {
    assert.deepEqual(steppedBack('sonde/undici', 'sonde/runtime'), [
      'undici for sonde/undici',
      'runtime for sonde/runtime',
    ]);
  });

  it('leaves every other tracer alone', () => {
    const others = [
      ...['http', 'sonde', 'sonde/pino', '@opentelemetry/instrumentation-express', ''],
      ...['@opentelemetry/instrumentation-constructor', '@opentelemetry/instrumentation-__proto__'],
      ...[undefined, null, 7, Symbol('http'), { toString: () => 'sonde/http' }],
    ];
    assert.deepEqual(steppedBack(...others), []);
  });
});
