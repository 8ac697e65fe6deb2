/** What writes records as text, loaded with the first of them (see deferInNode in scripts/join.mjs). */
import * as part from './printing.ts';

export const loadPrinting = (): typeof part => part;
