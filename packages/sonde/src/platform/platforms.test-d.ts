/** Every platform file has the same names with the same types. Compiled with the source; never run. */
import type * as browser from './browser.ts';
import type * as edge from './edge.ts';
import type * as node from './node.ts';

type Missing<A, B> = Exclude<keyof A, keyof B>;
type Differing<A, B> = { [K in keyof A & keyof B]: B[K] extends A[K] ? never : K }[keyof A & keyof B];

type None<T extends never> = T;

export type BrowserHasAll = None<Missing<typeof node, typeof browser>>;
export type EdgeHasAll = None<Missing<typeof node, typeof edge>>;
export type BrowserHasNoMore = None<Missing<typeof browser, typeof node>>;
export type EdgeHasNoMore = None<Missing<typeof edge, typeof node>>;
export type BrowserFits = None<Differing<typeof node, typeof browser>>;
export type EdgeFits = None<Differing<typeof node, typeof edge>>;
