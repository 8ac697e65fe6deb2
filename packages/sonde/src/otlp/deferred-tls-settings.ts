/** What reads certificates and options of TLS, loaded where some are named (see deferInNode in scripts/join.mjs). */
import * as part from './tls-settings.ts';

export const loadTlsReader = (): typeof part => part;
