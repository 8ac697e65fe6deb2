// npm as the scripts use it to install: from a registry that may not answer at once, so it is asked more than once.
import { execFileSync } from 'node:child_process';
import { platform } from 'node:process';

const npm = platform === 'win32' ? 'npm.cmd' : 'npm';
const ATTEMPTS = 3;

/** Runs an npm command that installs, again when it fails: `ci` and `install` into a folder of its own begin anew. */
export function npmInstall(args, cwd) {
  for (let attempt = 1; ; attempt++) {
    try {
      execFileSync(npm, [...args, '--ignore-scripts', '--fetch-retries=5'], {
        cwd,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      console.error(`npm ${args.join(' ')} failed in ${cwd}; once more …`);
    }
  }
}
