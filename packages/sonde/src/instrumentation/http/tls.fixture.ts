/** TLS without certificates, for tests: both ends know a key. */
import type https from 'node:https';
import type { ConnectionOptions } from 'node:tls';

const key = Buffer.alloc(16, 7);
const common = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;

export const tlsServerOptions: https.ServerOptions = { ...common, pskCallback: () => key };

export const tlsClientOptions: https.RequestOptions & Pick<ConnectionOptions, 'pskCallback'> = {
  ...common,
  host: '127.0.0.1',
  pskCallback: () => ({ psk: key, identity: 'test' }),
  checkServerIdentity: () => undefined,
};
