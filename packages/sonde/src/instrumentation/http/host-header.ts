/** Name and port in a Host header, or in what a proxy says it was. */

export interface Host {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

const NO_HOST: Host = { address: undefined, port: undefined };
const HOST = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/;

/** Nothing of a header that is no host; without a port the one that the scheme stands for. */
export function hostOf(text: string | undefined, scheme: string): Host {
  if (text === undefined) return NO_HOST;
  const match = HOST.exec(text.trim());
  const address = match?.[1] ?? match?.[2];
  if (match === null || address === undefined || address === '') return NO_HOST;
  const port = match[3] === undefined ? (scheme === 'https' ? 443 : 80) : Number(match[3]);
  return { address, port: port <= 65_535 ? port : undefined };
}
