/** Attributes that a hook of the user's returned: whatever they are, they go where attributes go, or are said to be none. */
import type { Attributes } from '../../api/common/attributes.ts';
import { diag } from '../../api/diag/diag.ts';
import type { AttributeTarget } from '../../api/trace/templated-span-options.ts';

/** Sets each of them. */
export function setEach(target: AttributeTarget, attributes: Attributes): void {
  try {
    for (const [key, value] of Object.entries(attributes)) target.setAttribute(key, value);
  } catch (error) {
    diag.error('Attributes that a hook returned could not be read', error);
  }
}
