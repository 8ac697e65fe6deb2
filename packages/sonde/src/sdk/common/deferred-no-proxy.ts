/** What reads NO_PROXY, loaded where that is set (see deferInNode in scripts/join.mjs). */
import * as part from './no-proxy.ts';

export const loadNoProxy = (): typeof part => part;
