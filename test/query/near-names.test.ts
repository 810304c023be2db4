/** What is near a name in use that no image has: enough that nothing runs away unseen, and nothing for an ID. */
import { describe, expect, it } from 'vitest';
import { nearNames } from '../../src/query/near-names.js';

const rows = [
  ...['docker.io/shop/api:1.2', 'docker.io/library/debian:12', 'registry.example.com/shop/web:2.0'].map(
    (reference) => ({
      reference,
      local: false,
    }),
  ),
  { reference: '3.1', local: true },
  { reference: null, local: false },
];

describe('a name in use that no image has', () => {
  it.each([
    ['a letter less', 'shop/ap:1.2', ['shop/api:1.2']],
    ['another tag', 'shop/api:1.3', ['shop/api:1.2']],
    ['no tag', 'debian', ['debian:12']],
    ['a registry that the archive leaves out', 'registry.example.com:5000/mirror/shop/api:1.2', ['shop/api:1.2']],
    ['the registry left out, and a letter wrong', 'shop/wep:2.0', ['registry.example.com/shop/web:2.0']],
    ['a registry too many, and a letter wrong', 'registry.example.com:5000/shop/ap:1.2', ['shop/api:1.2']],
    ['a digest that is not here', `shop/api@sha256:${'a'.repeat(64)}`, ['shop/api:1.2']],
    ['the tag that an archive has alone', 'quay.io/any/thing:3.1', ['3.1']],
  ])('is near one with %s', (_, name, near) => {
    expect(nearNames(rows, name)).toEqual(expect.arrayContaining(near));
  });

  it.each([
    ['another name', 'quay.io/any/thing:9'],
    ['a whole ID', 'a'.repeat(64)],
    ['a short ID', '0123456789ab'],
    ['an ID with its algorithm', `sha256:${'a'.repeat(64)}`],
  ])('is near nothing where it is %s', (_, name) => {
    expect(nearNames(rows, name)).toEqual([]);
  });
});
