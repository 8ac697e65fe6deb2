/** Finds a case by its name: a file that is one case, or `file#key` for one of the `cases` that a file makes from a table. */
export async function loadCase(name) {
  const [file, key] = name.split('#');
  const module = await import(new URL(`../${file}`, import.meta.url));
  if (key === undefined) return module;
  const found = module.cases[key];
  if (found === undefined) throw new Error(`${file} has no ${key}; there are ${Object.keys(module.cases)}`);
  return found;
}
