/** What measures and collects, loaded with the first meter or collection (see deferInNode in scripts/join.mjs). */
import * as part from './meter-engine.ts';

export const loadMeterEngine = (): typeof part => part;
