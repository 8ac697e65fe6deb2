/** One check of one scenario against one subject, in a process of its own: `node check.mjs <file> <index> <subject>`. */
import { loadSubject } from '../support/subject.mjs';

const [file, index, subjectName] = process.argv.slice(2);
const { checks } = await import(new URL(file, import.meta.url));
const [, check] = Object.entries(checks)[Number(index)];

function answer(outcome) {
  process.stdout.write(`\n${JSON.stringify(outcome)}\n`, () => process.exit(0));
}

process.on('uncaughtException', (error) =>
  answer({ error: error.name, message: `uncaught: ${error.message}` }),
);
try {
  await check(loadSubject(subjectName));
  answer({ passed: true });
} catch (error) {
  answer({ error: error.name, message: error.message });
}
