/** What the SDK calls itself in the telemetry it sends. */
import { runtimeName } from '#platform';

/** `telemetry.sdk.name`. Only the official SDK may call itself `opentelemetry`. */
export const SDK_NAME = 'sonde';

/** `telemetry.sdk.version`: that of package.json (a test compares them), written out because no file is read at start. */
export const SDK_VERSION = '0.1.0';

/** `telemetry.sdk.language`, one of the two values that the conventions have for JavaScript. */
export const SDK_LANGUAGE: 'nodejs' | 'webjs' = runtimeName === 'node' ? 'nodejs' : 'webjs';
