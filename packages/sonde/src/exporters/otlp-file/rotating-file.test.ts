import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import { type Fault, MemoryFiles } from './memory-files.fixture.ts';
import { RotatingFile, type RotationLimits } from './rotating-file.ts';

const PATH = '/logs/spans.jsonl';
const line = (text: string): Uint8Array => Buffer.from(`${text}\n`);

function bed(rotation?: Partial<RotationLimits>) {
  const files = new MemoryFiles();
  const limits = { maxFileBytes: 20, maxFileAgeMillis: Number.POSITIVE_INFINITY, maxFiles: 2, ...rotation };
  const file = new RotatingFile({
    path: PATH,
    files,
    clock: () => files.now,
    rotation: rotation === undefined ? undefined : limits,
  });
  const aside = (): string[] => [...files.byPath.keys()].filter((path) => path !== PATH).sort();
  return { files, file, aside };
}

describe('a rotating file', () => {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    setGlobalErrorHandler((error) => said.push(`${error.code} ${error.message}`));
  });
  afterEach(() => setGlobalErrorHandler(undefined));

  it('takes as many bytes as it may have, and not one more', async () => {
    const { files, file, aside } = bed({});
    await file.append(line('123456789'));
    await file.append(line('123456789'));
    assert.deepEqual(aside(), [], '20 bytes are allowed');
    await file.append(line('x'));
    assert.deepEqual(aside(), ['/logs/spans-2026-01-01T00-00-00.000.jsonl']);
    assert.equal(files.text(PATH), 'x\n');
    assert.equal(files.opened, 1, 'the old one is closed');
  });

  it('writes a line that is larger than a file may be into one of its own', async () => {
    const { files, file, aside } = bed({ maxFileBytes: 5 });
    await file.append(line('larger than that'));
    await file.append(line('and another one'));
    assert.equal(files.text(PATH), 'and another one\n');
    assert.equal(aside().length, 1);
  });

  it('is put aside when it is as old as it may get', async () => {
    const { files, file, aside } = bed({ maxFileAgeMillis: 1_000, maxFileBytes: 1_000 });
    await file.append(line('a'));
    files.now += 999;
    await file.append(line('b'));
    assert.equal(aside().length, 0);
    files.now += 1;
    await file.append(line('c'));
    assert.equal(files.text(PATH), 'c\n');
    assert.equal(files.text(aside()[0] ?? ''), 'a\nb\n');
  });

  it('keeps the newest, touches nothing else, and never gives one name twice', async () => {
    const { files, file, aside } = bed({ maxFileBytes: 1, maxFiles: 2 });
    for (const other of ['spans-old.jsonl', 'spans-2020-01-01T00-00-00.000.json', 'metrics.jsonl']) {
      files.openNow(`/logs/${other}`).close();
    }
    files.openNow('/logs/spans-2020-01-01T00-00-00.000.jsonl').close();
    for (const text of ['a', 'b', 'c', 'd']) await file.append(line(text));
    const stamped = aside().filter((path) => /spans-\d.*\.jsonl$/.test(path));
    assert.deepEqual(
      stamped.map((path) => files.text(path)),
      ['b\n', 'c\n'],
    );
    assert.equal(files.text(PATH), 'd\n');
    assert.equal(aside().length, 5);
  });

  it('grows on where its name cannot be changed, and says so', async () => {
    const { files, file, aside } = bed({ maxFileBytes: 1 });
    files.locked.add(`${PATH} name`);
    for (const text of ['a', 'b']) await file.append(line(text));
    assert.equal(files.text(PATH), 'a\nb\n');
    assert.deepEqual(aside(), []);
    assert.ok(said.some((text) => text.startsWith('otlp_file_rotation')));
  });

  it('begins anew when somebody moved or removed it', async () => {
    const { files, file } = bed();
    await file.append(line('a'));
    await files.rename(PATH, '/logs/moved');
    await file.append(line('b'));
    await files.remove(PATH);
    await file.append(line('c'));
    assert.equal(files.text('/logs/moved'), 'a\n');
    assert.equal(files.text(PATH), 'c\n');
    assert.equal(files.opened, 1);
  });

  it('cuts off what a full disk took of a line', async () => {
    const { files, file } = bed();
    await file.append(line('a'));
    files.faults.push(3);
    await assert.rejects(file.append(line('longer')), /only 3 of 7 bytes/);
    assert.equal(files.text(PATH), 'a\n');
    await file.append(line('b'));
    assert.equal(files.text(PATH), 'a\nb\n');
  });

  it('closes what it cannot cut off with a line break', async () => {
    const { files, file } = bed();
    files.canTruncate = false;
    files.faults.push(3);
    await assert.rejects(file.append(line('longer')));
    await file.append(line('b'));
    assert.equal(files.text(PATH), 'lon\nb\n');
    await file.append(line('c'));
    assert.equal(files.text(PATH), 'lon\nb\nc\n');
  });

  it('writes in the very call when the process ends, and the line that is being written once', async () => {
    const { files, file } = bed();
    const begun = line('begun');
    const writing = file.append(begun);
    await Promise.resolve();
    file.appendNow(line('first'));
    await writing;
    file.appendNow(line('last'));
    assert.deepEqual(files.text(PATH).split('\n').sort(), ['', 'begun', 'first', 'last']);
    files.faults.push('error');
    assert.throws(() => file.appendNow(line('none')), /ENOSPC/);
    files.faults.push(2);
    assert.throws(() => file.appendNow(line('none')), /only 2 of 5/);
    file.appendNow(line('after'));
    assert.ok(files.text(PATH).endsWith('no\nafter\n'));
  });

  it('holds whole lines only, those that were appended and in that order, whatever fails', async () => {
    const seed = Number(process.env['SONDE_SEED'] ?? Date.now() % 1e9);
    const fault: fc.Arbitrary<Fault> = fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 3 },
      { arbitrary: fc.constant('error' as const), weight: 1 },
      { arbitrary: fc.nat({ max: 6 }), weight: 2 },
    );
    const step = fc.record({ fault, moves: fc.boolean(), now: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        async (steps, size) => {
          const { files, file } = bed({ maxFileBytes: size, maxFiles: 1_000 });
          const kept: string[] = [];
          for (const [index, { fault: next, moves, now }] of steps.entries()) {
            if (moves)
              await files
                .rename(PATH, `/logs/spans-moved-${String(index).padStart(3, '0')}`)
                .catch(() => undefined);
            files.faults.length = 0;
            files.faults.push(next);
            try {
              if (now) file.appendNow(line(`line ${index}`));
              else await file.append(line(`line ${index}`));
              kept.push(`line ${index}`);
            } catch {
              // It is not there, or not as a whole.
            }
          }
          const all = [...files.byPath.values()].flatMap(({ bytes }) => bytes.toString('utf8').split('\n'));
          const whole = all.filter((text) => /^line \d+$/.test(text));
          assert.deepEqual(new Set(kept).size, kept.length);
          for (const text of kept)
            assert.equal(whole.filter((other) => other === text).length >= 1, true, text);
          for (const text of all) assert.ok(/^(l(i(n(e( (\d+)?)?)?)?)?)?$/.test(text), JSON.stringify(text));
        },
      ),
      { numRuns: 1_000, seed },
    );
  });
});
