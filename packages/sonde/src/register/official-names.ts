/** What the official start-up calls by another name than ours. */
export function ownName(official: string): string {
  return official === 'runtime-node' ? 'runtime' : official;
}
