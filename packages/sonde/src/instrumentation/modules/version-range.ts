/**
 * Which versions of a package a patch is for. The ranges are our own, written by hand in tables: comparators with a blank
 * between them that must all hold (`>=5.14 <11`), alternatives with `||`.
 */

interface Version {
  readonly numbers: readonly [number, number, number];
  readonly isPrerelease: boolean;
}

const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const COMPARATOR = /^(>=|<=|>|<|=)?(.+)$/;

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text.trim());
  if (match === null) return undefined;
  const numbers = [match[1], match[2], match[3]].map((part) => Number(part ?? 0)) as [number, number, number];
  return numbers.every(Number.isSafeInteger) ? { numbers, isPrerelease: match[4] !== undefined } : undefined;
}

/** Negative, zero or positive, by the three numbers alone. */
function compare(a: Version, b: Version): number {
  for (let index = 0; index < 3; index++) {
    const difference = a.numbers[index]! - b.numbers[index]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A pre-release comes before its release, and where a range ends below a version its pre-releases are out as well. */
function holds(version: Version, comparator: string): boolean {
  const [, operator, text] = COMPARATOR.exec(comparator) ?? [];
  const bound = parseVersion(text ?? '');
  if (bound === undefined) throw new RangeError(`${JSON.stringify(comparator)} is no comparator of versions`);
  const order = compare(version, bound);
  switch (operator) {
    case '>=':
      return order > 0 || (order === 0 && (!version.isPrerelease || bound.isPrerelease));
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '<':
      return order < 0;
    default:
      return order === 0 && version.isPrerelease === bound.isPrerelease;
  }
}

/**
 * Whether the version is in the range. False for what is no version: it may come from any package.json.
 * @throws {RangeError} the range itself is none
 */
export function isVersionIn(version: string, range: string): boolean {
  const parsed = parseVersion(version);
  const alternatives = range.split('||').map((alternative) => alternative.trim().split(/\s+/));
  const answers = alternatives.map((comparators) =>
    comparators
      .map((comparator) => holds(parsed ?? { numbers: [0, 0, 0], isPrerelease: false }, comparator))
      .every(Boolean),
  );
  return parsed !== undefined && answers.some(Boolean);
}
