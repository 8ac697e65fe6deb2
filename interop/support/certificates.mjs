/** Certificates made on the spot, as files, by the helper of the tests beside the source. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const fixture = new URL('../../packages/sonde/dist/esm/platform/certificates.fixture.js', import.meta.url);

/** Paths of an authority, and of a server's and a client's certificate and key: `{ ca, server, client, remove() }`. */
export async function makeCertificates() {
  const { Authority } = await import(fixture.href);
  const folder = mkdtempSync(join(tmpdir(), 'sonde-interop-'));
  const write = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const authority = new Authority();
  const pair = (name) => {
    const { cert, key } = authority.issue(name);
    return { cert: write(`${name}.pem`, cert), key: write(`${name}.key`, key) };
  };
  return {
    ca: write('ca.pem', authority.cert),
    server: pair('server'),
    client: pair('client'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
