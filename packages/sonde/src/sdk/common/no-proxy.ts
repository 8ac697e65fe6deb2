/** Which hosts are reached without a proxy: the list of NO_PROXY. Loaded where there is one. */
import { addressOf, bare, plainName } from './host-address.ts';

/** What is to be reached. `host` as a URL has it, without brackets. */
export interface ProxiedTarget {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** The longest list of hosts that is looked through, in entries. */
const MAX_ENTRIES = 1_000;

/**
 * Whether a list in the form of NO_PROXY names the target: `*`, a host (with all below it), `.domain`, either with
 * `:port`, an address, a network such as 10.0.0.0/8. What is none of these names nothing.
 */
export function isExempt(target: ProxiedTarget, list: string): boolean {
  const entries = list.split(/[\s,]+/, MAX_ENTRIES);
  const host = plainName(target.host);
  const address = addressOf(host);
  return entries.some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    const { name, port } = splitPort(entry.toLowerCase());
    if (port !== undefined && port !== target.port) return false;
    return address === undefined ? isBelow(host, name) : isInNetwork(address, name);
  });
}

function isBelow(host: string, entry: string): boolean {
  const domain = entry.replace(/^\*?\./, '').replace(/\.$/, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

function isInNetwork(address: Uint8Array, entry: string): boolean {
  const [text = '', bitsText, more] = entry.split('/');
  const network = addressOf(text);
  if (network === undefined || network.length !== address.length || more !== undefined) return false;
  const bits = bitsText === undefined ? network.length * 8 : Number(bitsText);
  if (bitsText !== undefined && !/^\d{1,3}$/.test(bitsText)) return false;
  if (bits > network.length * 8) return false;
  for (let index = 0; index < network.length; index++) {
    const rest = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - rest)) & 0xff;
    if ((network[index]! & mask) !== (address[index]! & mask)) return false;
  }
  return true;
}

function splitPort(entry: string): { name: string; port: number | undefined } {
  const match = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry);
  const name = match === null ? entry : match[1]!;
  return { name: bare(name), port: match === null ? undefined : Number(match[2]) };
}
