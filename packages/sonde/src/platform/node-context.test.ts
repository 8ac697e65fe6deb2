/** The storage of contexts: the same to its users whether stores live in frames (Node 24 and later) or on resources. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage, createHook, executionAsyncId } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ContextStorage } from './node.ts';
import { createContextStorage, createFrameStorage } from './node-context.ts';
import { resourceStorage } from './node-resource-storage.ts';

const major = Number.parseInt(process.versions.node, 10);
const here = new URL('./node-context.js', import.meta.url).href;

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((given) => {
    resolve = given;
  });
  return { promise, resolve };
}

const storages: [string, ContextStorage<number>][] = [
  ['as this version has it', createContextStorage<number>()],
  ['leaving by the frame', createFrameStorage<number>()],
  ['on resources', resourceStorage<number>()],
];
for (const [name, storage] of storages) {
  describe(`context storage, ${name}`, () => {
    it('runs with the store, passes arguments and answer, and leaves as it came', () => {
      assert.equal(storage.getStore(), undefined);
      for (const args of [[], ['a'], [undefined], ['a', 'b', 'c']]) {
        const answer = storage.run(
          1,
          function (this: unknown, ...given: unknown[]) {
            return [storage.getStore(), given];
          },
          ...args,
        );
        assert.deepEqual(answer, [1, args]);
        assert.equal(storage.getStore(), undefined);
      }
    });

    it('leaves as it came when the callback throws', () => {
      storage.run(1, () => {
        assert.throws(() =>
          storage.run(2, () => {
            throw new Error('inside');
          }),
        );
        assert.equal(storage.getStore(), 1);
      });
      assert.equal(storage.getStore(), undefined);
    });

    it('undoes what was entered inside, and no more', () => {
      storage.run(1, () => {
        storage.run(2, () => storage.enterWith(3));
        assert.equal(storage.getStore(), 1);
      });
    });

    it('is seen by everything that was begun inside, and by nothing that was begun outside', async () => {
      const seen = await storage.run(1, async () => {
        const before = storage.getStore();
        await new Promise((resolve) => setTimeout(resolve, 1));
        const timer = storage.getStore();
        const tick = await new Promise((resolve) => process.nextTick(() => resolve(storage.getStore())));
        const immediate = await new Promise((resolve) => setImmediate(() => resolve(storage.getStore())));
        return [before, timer, tick, immediate];
      });
      assert.deepEqual(seen, [1, 1, 1, 1]);
      assert.equal(storage.getStore(), undefined);
    });

    it('gives a timer that is begun again the store of who begins it again', async () => {
      const seen: (number | undefined)[] = [];
      let fired = (): void => {};
      const timer = storage.run(1, () =>
        setTimeout(() => {
          seen.push(storage.getStore());
          fired();
        }, 1),
      );
      for (const again of [2, undefined]) {
        await new Promise<void>((resolve) => {
          fired = resolve;
        });
        // The timer is over only after its callback.
        await new Promise((resolve) => setImmediate(resolve));
        if (again === undefined) timer.refresh();
        else storage.run(again, () => timer.refresh());
      }
      await new Promise<void>((resolve) => {
        fired = resolve;
      });
      assert.deepEqual(seen, [1, 2, undefined]);
    });

    it('is seen by reactions to promises that are kept outside', async () => {
      const { promise, resolve } = withResolvers<void>();
      const inside = storage.run(1, () => promise.then(() => storage.getStore()));
      const outside = promise.then(() => storage.getStore());
      storage.run(2, () => resolve());
      assert.deepEqual([await inside, await outside], [1, undefined]);
    });

    it('leaves the stores of others alone', () => {
      const other = new AsyncLocalStorage<string>();
      other.run('theirs', () => {
        storage.run(1, () => {
          assert.equal(other.getStore(), 'theirs');
          other.run('inner', () => assert.equal(storage.getStore(), 1));
        });
        assert.equal(other.getStore(), 'theirs');
        assert.equal(storage.getStore(), undefined);
      });
    });

    it('nests in any order', () => {
      fc.assert(
        fc.property(fc.array(fc.integer(), { maxLength: 8 }), (stores) => {
          const descend = (depth: number): void => {
            if (depth === stores.length) return;
            const above = storage.getStore();
            storage.run(stores[depth]!, () => {
              assert.equal(storage.getStore(), stores[depth]);
              descend(depth + 1);
              assert.equal(storage.getStore(), stores[depth]);
            });
            assert.equal(storage.getStore(), above);
          };
          descend(0);
        }),
        { numRuns: 1000 },
      );
    });
  });
}

describe('createFrameStorage and hooks of the program', () => {
  it('shows them a resource that begins and ends, and gives back the execution id', () => {
    const storage = createFrameStorage<number>();
    const seen: string[] = [];
    const ids = new Set<number>();
    const hook = createHook({
      init: (id, type) => void (type === 'SONDE_CONTEXT' && ids.add(id) && seen.push('init')),
      before: (id) => void (ids.has(id) && seen.push('before')),
      after: (id) => void (ids.has(id) && seen.push('after')),
    }).enable();
    const outside = executionAsyncId();
    storage.run(1, () => assert.ok(ids.has(executionAsyncId())));
    hook.disable();
    assert.equal(executionAsyncId(), outside);
    assert.deepEqual(seen, ['init', 'before', 'after']);
  });
});

describe('createContextStorage', () => {
  const kindWith = (...flags: string[]): string =>
    execFileSync(
      process.execPath,
      [
        ...flags,
        '--input-type=module',
        '-e',
        `import { createContextStorage, createFrameStorage } from ${JSON.stringify(here)};
        const storage = createContextStorage();
        const isRight = storage.run(1, (x) => storage.getStore() === 1 && x === 2, 2) && storage.getStore() === undefined;
        process.stdout.write(String(isRight) + (storage instanceof createFrameStorage().constructor ? ' frame' : ' plain'));`,
      ],
      { encoding: 'utf8' },
    );

  it('leaves by the frame where there are frames', () => {
    assert.equal(kindWith(), major >= 24 ? 'true frame' : 'true plain');
  });

  // Older versions do not know the flag.
  it('takes the plain one where frames are switched off', { skip: major < 24 }, () => {
    assert.equal(kindWith('--no-async-context-frame'), 'true plain');
  });
});

describe('the shape of a tick', () => {
  /** What V8 knows of the keys of a tick's literal, after ticks, major collections without any, and ticks again. */
  const known = (): string[] => {
    const program = `
      const { createContextStorage } = await import(${JSON.stringify(here)});
      createContextStorage();
      const ticks = (left, then) => left === 0 ? then() : process.nextTick(ticks, left - 1, then);
      ticks(2_000, () => setTimeout(() => {
        for (let count = 0; count < 6; count++) gc();
        setTimeout(() => ticks(2_000, () => %DebugPrint(process.nextTick)), 10);
      }, 10));`;
    const flags = ['--expose-gc', '--allow-natives-syntax', '--input-type=module', '-e', program];
    const text = execFileSync(process.execPath, flags, { encoding: 'utf8', timeout: 60_000 });
    return text.match(/(?<=DefineKeyedOwnPropertyInLiteral )[A-Z]+/g) ?? [];
  };

  it('stays known once there is a storage of contexts', () => {
    const states = known();
    assert.ok(states.length >= 4, states.join());
    assert.deepEqual([...new Set(states)], ['MONOMORPHIC']);
  });
});
