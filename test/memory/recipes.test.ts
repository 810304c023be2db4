/** Peak memory of `apply` against recipes that nobody made in good faith, each about as large as a document may be. */
import { describe, expect, it } from 'vitest';
import { deltaLayout, recipeFile, recipeText } from '../delta/deltas.js';
import { tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { peakOf } from './peak.js';

const { at, write } = temporaryFolder();
const limitBytes = 400 * 1024 * 1024;
const many = 900_000;

describe('varve apply of a recipe', () => {
  it.each([
    ['files that are nowhere', 1, () => recipeText(Array.from({ length: 30_000 }, (_, i) => recipeFile(`${i}`)))],
    ['files that are none', 3, () => recipeText([], { files: Array.from({ length: many }, () => ({})) })],
    ['images that are none', 3, () => recipeText([], { images: Array.from({ length: many }, () => 1) })],
    [
      'names that are none',
      3,
      () => recipeText([], { images: [{ references: Array.from({ length: many }, () => 1), localTags: [] }] }),
    ],
    ['values that are more than a run may have', 3, () => '['.repeat(7_000_000)],
  ])('with %s needs bounded memory', async (name, ends, text) => {
    write({ [`${name}.tar`]: await tar(deltaLayout(text())), 'base.tar': await tar(deltaLayout(recipeText([]))) });
    const output = at('out.tar');
    const { code, peakBytes } = await peakOf('apply', at(`${name}.tar`), '--from', at('base.tar'), '-o', output);
    expect(code).toBe(ends);
    expect(peakBytes).toBeLessThan(limitBytes);
  });
});
