// package.json of the published package: a closed list of entries, each written out in the same way.
import { entriesOf } from './public-types.mjs';

/**
 * The three conditions of one entry. Their order decides: Node takes module-sync for import and require alike, and
 * gets the joined files with its own platform in them. Bundlers, which add `module` to the conditions of whatever they
 * bundle for, get the modules, to leave out what is not used; so do other runtimes.
 */
export function conditionsOf(file) {
  const esm = {
    types: `./dist/esm/entry/${file}.d.ts`,
    module: `./dist/esm/entry/${file}.js`,
    node: `./dist/bundle/entry/${file}.mjs`,
    default: `./dist/esm/entry/${file}.js`,
  };
  const cjs = { types: `./dist/cjs/entry/${file}.d.ts`, default: `./dist/cjs/entry/${file}.js` };
  return { 'module-sync': esm, import: esm, require: cjs };
}

/**
 * @param manifest packages/sonde/package.json
 * @param sources names of the files of src/entry, without ending
 */
export function checkManifest(manifest, sources) {
  const problems = [];
  const entries = entriesOf(manifest);
  const served = new Set(entries.values());
  for (const [name, file] of entries) {
    if (JSON.stringify(manifest.exports[name]) !== JSON.stringify(conditionsOf(file))) {
      problems.push(`exports["${name}"] must be ${JSON.stringify(conditionsOf(file))}`);
    }
    if (!sources.includes(file)) problems.push(`exports["${name}"] has no src/entry/${file}.ts`);
    const types = manifest.typesVersions['*'][name.slice(2)];
    if (name !== '.' && types?.[0] !== `./dist/cjs/entry/${file}.d.ts`) {
      problems.push(
        `typesVersions lacks ${name.slice(2)}: TypeScript with moduleResolution node10 cannot find it`,
      );
    }
  }
  for (const file of sources) {
    if (!served.has(file)) problems.push(`src/entry/${file}.ts is not in exports`);
  }
  for (const name of Object.keys(manifest.typesVersions['*'])) {
    if (!entries.has(`./${name}`)) problems.push(`typesVersions names ${name}, which is not in exports`);
  }
  for (const name of Object.keys(manifest.exports)) {
    if (name.includes('*')) problems.push(`exports["${name}"]: no wildcards, the list is closed`);
  }
  return problems;
}
