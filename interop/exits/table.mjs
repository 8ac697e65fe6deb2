/** The whole table of packages/sonde/test/endings.mjs on one Node: every way with every receiver. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Bed, ways } from '../../packages/sonde/test/endings.mjs';
import { nodeBinary } from '../../scripts/node.mjs';
import { installPackage } from '../support/packed-package.mjs';

/** Programs at the same time: most of the time is waiting. */
const AT_ONCE = 4;

const here = fileURLToPath(new URL('.', import.meta.url));

export function tryEveryWay(major, format) {
  describe(`the way out on Node ${major}, ${format}`, { concurrency: AT_ONCE }, () => {
    let application;
    let bed;
    before(async () => {
      application = installPackage();
      cpSync(join(here, 'node_modules'), join(application.folder, 'node_modules'), { recursive: true });
      bed = new Bed(application.folder);
      await bed.open();
    });
    after(() => {
      bed.close();
      application.remove();
    });

    const node = nodeBinary(major);
    for (const way of ways) {
      for (const receiver of ['up', 'refused', 'silent']) {
        it(`${way.name} · receiver ${receiver}`, () => bed.check(way, { format, receiver, node }));
      }
    }
  });
}
