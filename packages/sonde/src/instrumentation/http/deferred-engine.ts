/** What records requests, loaded with the first of them (see deferInNode in scripts/join.mjs). */
import * as part from './engine.ts';

export const loadEngine = (): typeof part => part;
