import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Authority, encrypted } from './certificates.fixture.ts';
import type { TlsSources } from './connection.ts';
import { loadTls } from './node-tls.ts';

const authority = new Authority();
const { cert, key } = authority.issue('client');
const DAY = 86_400_000;

const source = (text: string) => ({ name: 'here', text });

describe('certificates and keys', () => {
  it('that fit are taken as they are', () => {
    const sources = { ca: source(authority.cert), cert: source(cert), key: source(key) };
    const loaded = loadTls(sources);
    assert.deepEqual(loaded.settings, { ca: authority.cert, cert, key });
    assert.deepEqual([loaded.problems, loaded.warnings], [[], []]);
  });

  it('under a passphrase need it', () => {
    const locked = { cert: source(cert), key: source(encrypted(key, 'open sesame')) };
    assert.equal(loadTls({ ...locked, passphrase: 'open sesame' }).problems.length, 0);
    const wrong = loadTls({ ...locked, passphrase: 'hunter2' });
    assert.equal(wrong.problems.length, 1);
    assert.ok(!wrong.problems[0]?.includes('hunter2'));
    assert.deepEqual(wrong.settings, {}, 'the certificate is of no use without its key');
  });

  it('that are not valid now are taken and told, until the last moment and from the first', () => {
    const at = (from: number, to: number) =>
      authority.issue('timed', { from: new Date(Date.now() + from), to: new Date(Date.now() + to) });
    const told = ({ cert, key }: { cert: string; key: string }) =>
      loadTls({ cert: source(cert), key: source(key) }).warnings.join();
    assert.equal(told(at(-DAY, 60_000)), '');
    assert.match(told(at(-DAY, -2_000)), /^here: expired on /);
    assert.match(told(at(60_000, DAY)), /^here: valid only from /);
    const bundle = at(-DAY, -2_000).cert + authority.cert;
    assert.deepEqual(loadTls({ ca: source(bundle) }).warnings, [], 'one authority is left');
  });

  it('of any text are loaded or told, and never shown', () => {
    const pem = fc.constantFrom(authority.cert, cert, key, cert + authority.cert);
    const mutated = fc
      .tuple(pem, fc.nat(), fc.string({ maxLength: 5 }), fc.nat(20))
      .map(([text, at, put, gone]) => {
        const position = at % text.length;
        return text.slice(0, position) + put + text.slice(position + gone);
      });
    const any = fc.option(fc.oneof(mutated, fc.string(), pem).map(source), { nil: undefined });
    fc.assert(
      fc.property(
        any,
        any,
        any,
        fc.option(fc.string(), { nil: undefined }),
        (ca, certificate, secret, passphrase) => {
          const sources: TlsSources = { ca, cert: certificate, key: secret, passphrase };
          const { settings, problems, warnings } = loadTls(sources);
          assert.equal(settings.cert === undefined, settings.key === undefined, 'both or none');
          for (const line of [...problems, ...warnings]) {
            assert.ok(line.startsWith('here: '), line);
            assert.ok(!line.includes('-----'), line);
          }
        },
      ),
      { numRuns: 1_000, verbose: 1 },
    );
  });
});
