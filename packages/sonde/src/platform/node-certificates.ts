/** `loadTls` as the rest of the source sees it: what reads and tries certificates is loaded where there are some. */
import type { LoadedTls, TlsSources } from './connection.ts';
import { loadTlsReader } from './deferred-tls.ts';
import { describeError } from './node-error.ts';

/** See node-tls.ts. Never throws. */
export function loadTls(sources: TlsSources): LoadedTls {
  const { ca, cert, key } = sources;
  const none = { settings: {}, problems: [], warnings: [] };
  if (ca === undefined && cert === undefined && key === undefined) return none;
  try {
    return loadTlsReader().loadTls(sources);
  } catch (error) {
    return { ...none, problems: [`what reads certificates could not be loaded: ${describeError(error)}`] };
  }
}
