// The words and options after a script's name. `--help` prints the comment that the script opens with, and an option that
// it does not have is answered with a line instead of a stack.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The comment at the head of a script's text, without its marks. */
export function openingComment(text) {
  const block = /^\/\*\*\n([\s\S]*?)\n? \*\//.exec(text)?.[1];
  const lines = block ?? /^(?:\/\/.*\n)+/.exec(text)?.[0].trimEnd() ?? '';
  return lines.replace(/^(?: \*|\/\/) ?/gm, '');
}

/** Like `parseArgs` of the arguments given; `script` is the import.meta.url of who asks. Ends the process where it has said enough. */
export function commandLine(script, options) {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { ...options, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (!values.help) return { values, positionals };
    console.log(openingComment(readFileSync(fileURLToPath(script), 'utf8')));
    process.exit(0);
  } catch (error) {
    console.error(`${error.message.split('. ')[0]}; --help says what there is`);
    process.exit(1);
  }
}
