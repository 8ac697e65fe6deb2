/** What reads and writes baggage, loaded with the first that comes or goes (see deferInNode in scripts/join.mjs). */
import * as part from './header-baggage.ts';

export const loadHeaderBaggage = (): typeof part => part;
