// An application that registers the official instrumentations itself, with a hook of its own.
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({ requestHook: (span) => span.setAttribute('hooked.by', 'the application') }),
    new UndiciInstrumentation(),
  ],
});
require('./express.cjs');
