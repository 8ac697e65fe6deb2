/** What sends, loaded with the first batch (see deferInNode in scripts/join.mjs). */
import * as part from './delivery.ts';

export const loadDelivery = (): typeof part => part;
