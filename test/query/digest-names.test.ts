/** A name with a tag and a digest is found by what listings show of it: its tag alone, or all of it. */
import { describe, expect, it } from 'vitest';
import { familiarNames, fullNames } from '../../src/query/image-row.js';

const digest = `sha256:${'a'.repeat(64)}`;

describe('the names that a row is found by', () => {
  it('are, of one with tag and digest, both forms and the repository', () => {
    const row = { reference: `docker.io/library/app:1@${digest}`, local: false };
    expect(familiarNames(row)).toEqual([`app:1@${digest}`, 'app:1', 'app']);
    expect(fullNames(row)).toEqual([
      `docker.io/library/app:1@${digest}`,
      'docker.io/library/app:1',
      'docker.io/library/app',
    ]);
  });

  it('are, of one with a digest alone, that and the repository', () => {
    const row = { reference: `a.example/app@${digest}`, local: false };
    expect(familiarNames(row)).toEqual([`a.example/app@${digest}`, 'a.example/app']);
  });
});
