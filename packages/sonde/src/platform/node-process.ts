/**
 * The process, kept from the start: an application, or a test environment that is taken down, may delete the global, and
 * what is loaded after that (what sends, what delivers at the exit) needs it all the same.
 */
export const process: NodeJS.Process = globalThis.process;
