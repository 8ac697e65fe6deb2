/** What the official packages gave out before Sonde's SDK started comes alive with it: every version, required and imported. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { installApart } from '../../scripts/install-apart.mjs';
import { nodeBinary, nodeVersions } from '../../scripts/node.mjs';
import { officialVersions, prepareCopies } from './copies.mjs';

installApart('interop/global');
prepareCopies();

const installed = fileURLToPath(new URL('node_modules', import.meta.url));
const sonde = fileURLToPath(new URL('../../packages/sonde', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'early-'));
after(() => rmSync(root, { recursive: true, force: true }));

const early = {
  'early.cjs': "const api = require('@opentelemetry/api');",
  'early.mjs': "import * as api from '@opentelemetry/api';",
};
const program = {
  cjs: "const { tracer, loggers } = require('./early.cjs'); const { startSdk } = require('sonde/sdk');",
  mjs: "import { startSdk } from 'sonde/sdk'; import { tracer, loggers } from './early.mjs';",
};

/** A folder in which the version has its own name, with a module that takes a tracer and a program that starts an SDK after it. */
function folderOf(version) {
  const folder = join(root, version);
  const modules = join(folder, 'node_modules');
  cpSync(join(installed, `api-${version}`), join(modules, '@opentelemetry/api'), { recursive: true });
  cpSync(join(installed, 'api-logs'), join(modules, '@opentelemetry/api-logs'), { recursive: true });
  cpSync(join(sonde, 'dist'), join(modules, 'sonde/dist'), { recursive: true });
  cpSync(join(sonde, 'package.json'), join(modules, 'sonde/package.json'));
  for (const [file, load] of Object.entries(early)) {
    const isModule = file.endsWith('mjs');
    const logs = isModule
      ? "import * as more from '@opentelemetry/api-logs';"
      : "const more = require('@opentelemetry/api-logs');";
    const names = 'tracer, loggers';
    writeFileSync(
      join(folder, file),
      `${load}\n${logs}\nconst tracer = api.trace.getTracer('early');
       const loggers = [more.logs, api.logs].filter(Boolean).map((logs) => logs.getLogger('early'));
       ${isModule ? `export { ${names} }` : `module.exports = { ${names} }`};`,
    );
  }
  for (const [kind, load] of Object.entries(program)) {
    writeFileSync(
      join(folder, `program.${kind}`),
      `${load}\nconst bodies = [];
       const processor = { onEmit: (record) => bodies.push(record.body), forceFlush: async () => {}, shutdown: async () => {} };
       startSdk({ logRecordProcessors: [processor], spanProcessors: [], metricReaders: [] });
       for (const logger of loggers) logger.emit({ body: 'line' });
       console.log(JSON.stringify({ recording: tracer.startSpan('s').isRecording(), lines: bodies.length, loggers: loggers.length }));`,
    );
  }
  return folder;
}

for (const version of officialVersions) {
  describe(`a tracer and a logger of ${version} made before startSdk`, () => {
    const folder = folderOf(version);
    for (const major of Object.keys(nodeVersions)) {
      for (const kind of ['cjs', 'mjs']) {
        it(`LIB-02 record after it (${kind}, Node ${major})`, () => {
          const output = execFileSync(nodeBinary(major), [join(folder, `program.${kind}`)], {
            encoding: 'utf8',
          });
          const loggers = Number(version.split('.')[1]) >= 10 ? 2 : 1;
          assert.deepEqual(JSON.parse(output), { recording: true, lines: loggers, loggers });
        });
      }
    }
  });
}
