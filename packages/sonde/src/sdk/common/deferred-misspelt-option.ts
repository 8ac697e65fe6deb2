/** What tells which option was meant, loaded with the first name that none has (see deferInNode in scripts/join.mjs). */
import * as part from './misspelt-option.ts';

export const loadMisspeltOption = (): typeof part => part;
