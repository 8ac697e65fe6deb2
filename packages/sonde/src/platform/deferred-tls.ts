/** What reads certificates, loaded where some are named (see deferInNode in scripts/join.mjs). */
import * as part from './node-tls.ts';

export const loadTlsReader = (): typeof part => part;
