/** The codecs, loaded with the first batch (see deferInNode in scripts/join.mjs). */
import * as part from './codecs.ts';

export const loadCodecs = (): typeof part => part;
