/** How users compile: the module settings of TypeScript that a package has to serve, tried on one file that uses all of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, packageFolder, run } from './packed.ts';

export interface Setting {
  readonly title: string;
  readonly options: Readonly<Record<string, string>>;
  /** .mts and .cts say which kind of module the file is under node16 and later. */
  readonly extension: 'ts' | 'mts' | 'cts';
}

/** Every supported pair of `module` and `moduleResolution`. */
export const settings: readonly Setting[] = [
  ...(['node16', 'node20', 'nodenext'] as const).flatMap((module) => [
    { title: `${module}, an ES module`, options: { module }, extension: 'mts' } as const,
    { title: `${module}, CommonJS`, options: { module }, extension: 'cts' } as const,
  ]),
  { title: 'bundler', options: { module: 'esnext', moduleResolution: 'bundler' }, extension: 'ts' },
];

/** The default of CommonJS projects until TypeScript 7, which has it no more. */
export const node10: Setting = {
  title: 'commonjs with node10',
  options: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '5.0' },
  extension: 'ts',
};

/** What took its place in TypeScript 7; earlier compilers refuse the pair. */
export const commonjsWithBundler: Setting = {
  title: 'commonjs with bundler',
  options: { module: 'commonjs', moduleResolution: 'bundler' },
  extension: 'ts',
};

/** A program over every entry, kept as a file so that it is linted and compiled like the rest. */
const program: string = readFileSync(join(packageFolder, 'test/consumers/application.ts'), 'utf8');

/**
 * Compiles the program in the project. The strictest user: no @types/node, no DOM, library types checked too.
 * Throws with the compiler's messages when it does not compile.
 */
export function compileIn(project: Project, tsc: string, setting: Setting): void {
  const folder = `compile-${setting.title.replace(/\W+/g, '-')}`;
  project.write(`${folder}/application.${setting.extension}`, program);
  project.write(
    `${folder}/tsconfig.json`,
    JSON.stringify({
      compilerOptions: {
        ...{ target: 'es2022', lib: ['es2022'], types: [], strict: true, skipLibCheck: false },
        ...{ exactOptionalPropertyTypes: true, esModuleInterop: true, outDir: 'out', ...setting.options },
      },
      files: [`application.${setting.extension}`],
    }),
  );
  run(process.execPath, [tsc, '-p', folder], project.folder);
}
