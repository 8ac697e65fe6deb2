// The exercise: set telemetry up, handle one request that fails at the database, flush. Run it with `npm start`.
import { startTelemetry } from './telemetry.mjs';

const telemetry = startTelemetry();
const { handleRequest } = await import('./service.mjs');

await handleRequest({ method: 'GET', path: '/orders/42' });

await telemetry.forceFlush();
await telemetry.shutdown();
