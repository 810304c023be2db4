import { expect, it } from 'vitest';
import { documentKinds, innerKinds } from '../../src/model/results/json-schema.js';
import { varve } from './console.js';

it('schema lists the kinds of documents', async () => {
  const { code, stdout } = await varve(['schema']);
  expect([code, stdout]).toEqual([
    0,
    [...documentKinds, ...innerKinds, 'varve.policy'].map((kind) => `${kind}\n`).join(''),
  ]);
});

it.each([...documentKinds, ...innerKinds])(
  'schema %s prints a schema that fixes its kind and needs every field that older documents have',
  async (kind) => {
    const { code, stdout } = await varve(['schema', kind]);
    const schema = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: kind,
      properties: { kind: { const: kind }, schemaVersion: { const: 1 } },
    });
    const needed = Object.entries<object>(schema.properties).filter(([, property]) => !('default' in property));
    expect([...schema.required].sort()).toEqual(needed.map(([name]) => name).sort());
    expect(needed.length).toBeGreaterThan(2);
  },
);

it('schema takes a kind without varve.', async () => {
  expect(await varve(['schema', 'report'])).toEqual(await varve(['schema', 'varve.report']));
});

it('a digest is a string in the schema', async () => {
  const { stdout } = await varve(['schema', 'inventory']);
  expect(stdout).toContain('"description": "<algorithm>:<hex>"');
});
