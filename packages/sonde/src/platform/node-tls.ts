/**
 * Certificates and keys: read from files, and tried, before anything is sent with them. What cannot be used is told by
 * the name of its variable or option and its path, never with its content.
 */
import type { KeyObject } from 'node:crypto';
import type { LoadedTls, TlsSource, TlsSources } from './connection.ts';
import { describeError } from './node-error.ts';
import { process } from './node-process.ts';

/** Larger than any bundle of authorities in use (some 250 KB); whoever names another file made a mistake. */
const MAX_FILE_BYTES = 8_388_608;

type Part = 'ca' | 'cert' | 'key';

export function loadTls(sources: TlsSources): LoadedTls {
  const loader = new Loader(sources);
  loader.load();
  return loader;
}

class Loader implements LoadedTls {
  readonly settings: Partial<Record<Part, string>> = {};
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #sources: TlsSources;
  #key: KeyObject | undefined = undefined;

  constructor(sources: TlsSources) {
    this.#sources = sources;
  }

  load(): void {
    for (const part of ['ca', 'cert', 'key'] as const) this.#loadPart(part);
    this.#matchPair();
    for (const part of ['ca', 'cert'] as const) this.#checkDates(part);
  }

  #loadPart(part: Part): void {
    const source = this.#sources[part];
    if (source === undefined) return;
    try {
      const text = source.text ?? readText(source.file!);
      this.#check(part, text);
      this.settings[part] = text;
    } catch (error) {
      this.problems.push(`${shown(source)}: ${describeError(error)}`);
    }
  }

  /** By what parses them one by one first: an empty text is none to createSecureContext, and no error. */
  #check(part: Part, text: string): void {
    const { passphrase } = this.#sources;
    if (part === 'key') {
      this.#key = process.getBuiltinModule('node:crypto').createPrivateKey({ key: text, passphrase });
    } else if (certificatesOf(text).length === 0) throw new Error('there is no certificate in it');
    const options = part === 'key' ? { key: text, passphrase } : { [part]: text };
    process.getBuiltinModule('node:tls').createSecureContext(options);
  }

  /** A certificate is of no use without its key, nor the other way round. */
  #matchPair(): void {
    const { cert, key } = this.settings;
    const { cert: certSource, key: keySource } = this.#sources;
    if (cert !== undefined && key !== undefined) {
      if (certificatesOf(cert)[0]?.checkPrivateKey(this.#key!) !== false) return;
      this.problems.push(`${shown(keySource!)}: it is not the key of ${shown(certSource!)}`);
    } else {
      // Where the other one could not be read, that has been told.
      if (cert !== undefined && keySource === undefined) {
        this.problems.push(`${shown(certSource!)}: a client certificate needs its key, and there is none`);
      }
      if (key !== undefined && certSource === undefined) {
        this.problems.push(`${shown(keySource!)}: a client key needs its certificate, and there is none`);
      }
    }
    delete this.settings.cert;
    delete this.settings.key;
  }

  /** Of several authorities some may be over: what counts is that one is left. */
  #checkDates(part: 'ca' | 'cert'): void {
    const text = this.settings[part];
    if (text === undefined) return;
    const all = certificatesOf(text);
    const now = Date.now();
    const counted = part === 'cert' ? all.slice(0, 1) : all;
    if (counted.some(({ validTo }) => Date.parse(validTo) >= now)) {
      if (counted.some(({ validFrom }) => Date.parse(validFrom) <= now)) return;
      this.warnings.push(`${shown(this.#sources[part]!)}: valid only from ${counted[0]?.validFrom} on`);
      return;
    }
    this.warnings.push(`${shown(this.#sources[part]!)}: expired on ${counted[0]?.validTo}`);
  }
}

function certificatesOf(text: string) {
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  const found = text.match(
    /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g,
  );
  return (found ?? []).map((pem) => new X509Certificate(pem));
}

function readText(file: string): string {
  const { readFileSync, statSync } = process.getBuiltinModule('node:fs');
  const { size } = statSync(file);
  if (size > MAX_FILE_BYTES) throw new Error(`${size} bytes are too many for a certificate or key`);
  return readFileSync(file, 'utf8');
}

function shown({ name, file }: TlsSource): string {
  return file === undefined ? name : `${name}=${JSON.stringify(file.slice(0, 200))}`;
}
