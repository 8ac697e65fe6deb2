export function withTracingSuppressed<R>(callback: () => R): R {
  return callback();
}
