/**
 * One global, many copies of the API: every order of Sonde, four official versions and one of the future, as those who
 * register and those who read, each meeting in a process of its own.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installApart } from '../../scripts/install-apart.mjs';
import { copyNames, officialVersions, prepareCopies } from './copies.mjs';

installApart('interop/global');
prepareCopies();

const run = promisify(execFile);
const meeting = fileURLToPath(new URL('meeting.mjs', import.meta.url));
const READABLE_BY_ALL = '1.99.0';

async function meet(...steps) {
  const { stdout } = await run(process.execPath, [meeting, JSON.stringify(steps)]);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

/** What a copy sees of parts that `who` registered: metrics and logs only if its version has them. */
function seen(reader, who) {
  const minor = reader === 'sonde' ? 99 : Number(reader.split('.')[1]);
  return {
    trace: who,
    context: who,
    propagation: who,
    ...(minor >= 3 && { metrics: who }),
    ...(minor >= 10 && { logs: who }),
  };
}

describe('Sonde registers', () => {
  for (const reader of copyNames) {
    it(`LIB-02 and ${reader}, loaded first, sees all of it`, async () => {
      const results = await meet(`${reader} load`, 'sonde register', `${reader} read`, 'sonde version');
      assert.deepEqual(results.slice(2), [seen(reader, 'sonde'), READABLE_BY_ALL]);
    });

    it(`LIB-02 and ${reader}, loaded after, sees all of it`, async () => {
      const results = await meet('sonde register', `${reader} read`);
      assert.deepEqual(results[1], seen(reader, 'sonde'));
    });

    it(`LIB-02 after ${reader} has made the global by setting a logger, which stays`, async () => {
      const results = await meet(
        `${reader} set diag`,
        'sonde register',
        `${reader} read`,
        'sonde say',
        `${reader} say`,
        'sonde version',
      );
      assert.deepEqual(results.slice(2), [seen(reader, 'sonde'), true, true, READABLE_BY_ALL]);
    });
  }

  it('LIB-02 and the 0.x logs API sees the logger provider', async () => {
    assert.equal((await meet('sonde register', 'sonde legacy logs')).at(-1), 'sonde');
  });
});

describe('an official copy registers', () => {
  for (const registrar of officialVersions) {
    it(`LIB-02 ${registrar} first, and Sonde sees what that version has`, async () => {
      const results = await meet(`${registrar} register`, 'sonde read');
      assert.deepEqual(results[1], seen(registrar, registrar));
    });

    it(`LIB-02 ${registrar} after Sonde was loaded and used: what Sonde made before comes alive`, async () => {
      const results = await meet('sonde prepare', `${registrar} register`, 'sonde read', 'sonde use');
      const expected = seen(registrar, registrar);
      assert.deepEqual(results[2], expected);
      assert.deepEqual(results[3], {
        trace: registrar,
        metrics: 'metrics' in seen(registrar, '') ? 1 : 0,
        observed: 'metrics' in seen(registrar, '') ? 1 : 0,
        logs: 'logs' in seen(registrar, '') ? 1 : 0,
      });
    });

    it(`LIB-02 ${registrar} after Sonde registered: refused, and Sonde's parts stay`, async () => {
      const [, refused, ...read] = await meet(
        'sonde register',
        `${registrar} register`,
        `${registrar} read`,
        'sonde read',
      );
      for (const [slot, isTaken] of Object.entries(refused)) assert.equal(isTaken, false, slot);
      assert.deepEqual(read, [seen(registrar, 'sonde'), seen('sonde', 'sonde')]);
    });

    it(`${registrar} after a logger was set through Sonde: refused, because that version registers nothing beside another`, async () => {
      const results = await meet('sonde set diag', `${registrar} register`, 'sonde say', `${registrar} say`);
      assert.equal(results[1].trace, false);
      assert.deepEqual(results.slice(2), [true, true]);
    });
  }
});

describe('an official copy registers a tracer provider, then Sonde the rest', () => {
  for (const first of officialVersions) {
    for (const reader of copyNames) {
      it(`LIB-02 ${first}, Sonde, and ${reader} reads`, async () => {
        const [, registered, read] = await meet(
          `${first} register trace`,
          'sonde register',
          `${reader} read`,
        );
        assert.deepEqual(registered, {
          context: true,
          trace: false,
          propagation: true,
          metrics: true,
          logs: true,
        });
        assert.deepEqual(read, { ...seen(reader, 'sonde'), trace: first });
      });
    }
  }
});

describe('startSdk', () => {
  for (const first of officialVersions) {
    it(`beside ${first}: leaves its parts alone, and takes them over when told to`, async () => {
      const beside = await meet(`${first} register`, 'sonde start sdk', `${first} read`);
      assert.equal(beside[1], 0);
      assert.deepEqual(beside[2], seen(first, first));
      const over = await meet(`${first} prepare`, `${first} register`, 'sonde takeover', `${first} read`);
      assert.equal(over[2], 1);
      assert.equal(over[3].trace, undefined);
      assert.deepEqual([over[3].context, over[3].propagation], ['sonde', 'sonde']);
    });
  }
});
