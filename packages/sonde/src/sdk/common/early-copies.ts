/**
 * Tracers and loggers that other copies of the API gave out before there was a provider, as modules do that are imported
 * above the line that starts the SDK. Each copy keeps them on a proxy of its own, which only that copy's own registration
 * would give a provider; here they get ours.
 */
import { loadedApiCopies } from '#platform';
import { readSlot } from '../../api/global.ts';
import { report } from './diagnostics.ts';

/** What the official packages have named these, in all their versions: the logs' names got an underscore in 0.205. */
interface EarlyProxy {
  readonly getDelegateTracer?: (name: string) => unknown;
  readonly getDelegateLogger?: (name: string) => unknown;
  readonly _getDelegateLogger?: (name: string) => unknown;
  readonly setDelegate?: (provider: unknown) => void;
  readonly _setDelegate?: (provider: unknown) => void;
}

interface ApiCopy {
  readonly trace?: { readonly _proxyTracerProvider?: EarlyProxy };
  readonly logs?: { readonly _proxyLoggerProvider?: EarlyProxy };
}

/** Who asks only for what an early tracer would have been given says nothing to a provider. */
const PROBE = 'sonde';

let isBeforeAll = false;

/** Says that no module of the program has been loaded yet: then there is no need to look for what only a load can show. */
export function expectNoEarlyModules(): void {
  isBeforeAll = true;
}

/**
 * Gives the global providers, `tracerProvider` one of them, to the proxies of all copies that have none; a copy that has
 * one keeps it.
 */
export function adoptEarlyCopies(tracerProvider: object): void {
  try {
    const copies = loadedApiCopies(!isBeforeAll) as (ApiCopy | undefined)[];
    if (copies.length === 0) return;
    const loggerProvider = readSlot('logs');
    for (const copy of copies) {
      adopt(copy?.trace?._proxyTracerProvider, tracerProvider);
      adopt(copy?.logs?._proxyLoggerProvider, loggerProvider);
    }
  } catch (error) {
    report('debug', 'early_copies', 'What was made before the SDK started was not looked for', error);
  }
}

function adopt(proxy: EarlyProxy | undefined, provider: unknown): void {
  if (proxy === undefined || provider === undefined || provider === null) return;
  const delegated = proxy.getDelegateTracer ?? proxy._getDelegateLogger ?? proxy.getDelegateLogger;
  const setDelegate = proxy.setDelegate ?? proxy._setDelegate;
  if (delegated === undefined || setDelegate === undefined) return;
  if (delegated.call(proxy, PROBE) === undefined) setDelegate.call(proxy, provider);
}
