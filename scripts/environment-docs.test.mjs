import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { builtRows, documentFile, environmentDocument } from './environment-docs.mjs';

describe('docs/environment.md', () => {
  it('is what the table says (write it anew with node scripts/environment-docs.mjs)', async () => {
    assert.equal(readFileSync(documentFile, 'utf8'), environmentDocument(await builtRows()));
  });

  it('has every variable of the table once', async () => {
    const document = environmentDocument(await builtRows());
    for (const name of Object.keys(await builtRows())) {
      assert.equal(document.split(`| \`${name}\``).length, 2, name);
    }
  });
});
