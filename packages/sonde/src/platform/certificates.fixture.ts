/**
 * Certificates for tests, made on the spot and by nothing but node:crypto: an authority, and what it signs. X.509 as far
 * as TLS looks at it (RFC 5280, section 4.1).
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Pem {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** DNS names and IPv4 addresses; `localhost` and 127.0.0.1 when absent. */
  readonly names?: readonly string[];
  readonly from?: Date;
  readonly to?: Date;
}

const DAY = 86_400_000;
const P256_WITH_SHA256 = '1.2.840.10045.4.3.2';

/** An authority that signs itself, and makes certificates for servers, clients and further authorities. */
export class Authority {
  readonly name: string;
  readonly cert: string;
  readonly #key: KeyObject;

  constructor(name: string = 'test authority', parent?: Authority) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.name = name;
    this.#key = privateKey;
    this.cert = certificate(
      name,
      publicKey,
      parent?.name ?? name,
      parent?.keyForChild() ?? privateKey,
      {},
      true,
    );
  }

  keyForChild(): KeyObject {
    return this.#key;
  }

  /** A certificate with its key, for either side of a connection. */
  issue(name: string, options: CertificateOptions = {}): Pem {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const cert = certificate(name, publicKey, this.name, this.#key, options, false);
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }
}

/** The same key under a passphrase. */
export function encrypted(key: string, passphrase: string): string {
  return createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString();
}

function certificate(
  subject: string,
  publicKey: KeyObject,
  issuer: string,
  issuerKey: KeyObject,
  {
    names = ['localhost', '127.0.0.1'],
    from = new Date(Date.now() - DAY),
    to = new Date(Date.now() + DAY),
  }: CertificateOptions,
  isAuthority: boolean,
): string {
  const algorithm = sequence(objectId(P256_WITH_SHA256));
  const serial = randomBytes(12);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  const constraints = extension(
    '2.5.29.19',
    sequence(...(isAuthority ? [der(0x01, Buffer.from([255]))] : [])),
  );
  const alternatives = extension('2.5.29.17', sequence(...names.map(alternativeName)));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    commonName(issuer),
    sequence(time(from), time(to)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(constraints, ...(isAuthority ? [] : [alternatives]))),
  );
  const signature = sign('sha256', signed, issuerKey);
  const whole = sequence(signed, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const value of rest) {
    const groups = [value & 127];
    for (let left = value >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId('2.5.4.3'), der(0x0c, Buffer.from(name)))));
}

function time(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return der(0x18, Buffer.from(digits));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), der(0x04, value));
}

function alternativeName(name: string): Buffer {
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name);
  return isAddress ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
}
