/** The last sender, loaded when the process ends with something to send (see deferInNode in scripts/join.mjs). */
import * as part from './node-exit.ts';

export const loadExit = (): typeof part => part;
