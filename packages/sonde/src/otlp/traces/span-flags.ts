/** Bits of Span.flags and Link.flags above the W3C flags (trace/sdk.md#span-flags). */

/** It is known whether the context is remote. */
export const HAS_IS_REMOTE = 0x100;
/** The parent, or the linked span, is in another process. */
export const IS_REMOTE = 0x200;
