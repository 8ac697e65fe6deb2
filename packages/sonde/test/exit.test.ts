/**
 * The way out: a quick part of the table of endings.mjs, on this Node and without further packages. Every way with a
 * receiver that is up, in one of both formats; some of them with one that refuses or never answers.
 */
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Project, packageFolder } from './packed.ts';

/** Programs at the same time: most of the time is waiting. */
const AT_ONCE = 3;

type Receiver = 'up' | 'refused' | 'silent';

interface Way {
  readonly name: string;
  readonly needs?: string;
  readonly slowOnly?: boolean;
}

interface TestBed {
  open(): Promise<void>;
  close(): void;
  check(way: Way, run: { readonly format: 'mjs' | 'cjs'; readonly receiver: Receiver }): Promise<void>;
}

interface Endings {
  readonly ways: readonly Way[];
  readonly Bed: new (folder: string) => TestBed;
}

/** Ways of which each kind of waiting has one. */
const WITHOUT_RECEIVER = ['natural end', 'process.exit(3)', 'an exception', 'SIGTERM'];

const { ways, Bed }: Endings = await import(pathToFileURL(join(packageFolder, 'test/endings.mjs')).href);

describe('the way out', { concurrency: AT_ONCE }, () => {
  let project: Project;
  let bed: TestBed;

  before(async () => {
    project = new Project();
    bed = new Bed(project.folder);
    await bed.open();
  });

  after(() => {
    bed.close();
    project.remove();
  });

  ways
    .filter(({ needs, slowOnly }) => needs === undefined && slowOnly !== true)
    .forEach((way, index) => {
      const [format, other] = index % 2 === 0 ? (['mjs', 'cjs'] as const) : (['cjs', 'mjs'] as const);
      it(`${way.name} · ${format} · receiver up`, () => bed.check(way, { format: format, receiver: 'up' }));
      if (!WITHOUT_RECEIVER.includes(way.name)) return;
      for (const receiver of ['refused', 'silent'] as const) {
        it(`${way.name} · ${other} · receiver ${receiver}`, () =>
          bed.check(way, { format: other, receiver }));
      }
    });
});
