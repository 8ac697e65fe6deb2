/** What a header may consist of, as it is checked before one is sent and after one has come. */

/** A name: a token of RFC 9110, section 5.6.2. */
export const HEADER_NAME: RegExp = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** A value: visible characters, blanks and what an HTTP implementation passes on as Latin-1. */
export const HEADER_VALUE: RegExp = /^[\t\x20-\x7e\x80-\xff]*$/;
