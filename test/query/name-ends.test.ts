/** The end of a name for the whole of it: where it means one name, where several, and what comes before it. */
import { describe, expect, it } from 'vitest';
import type { ImageRow } from '../../src/query/image-row.js';
import { findImagesByEnd, rowsListed } from '../../src/query/name-ends.js';
import { usageMessage } from './usage-message.js';

const hex = (digit: string) => `sha256:${digit.repeat(64)}`;

function row(id: string, reference: string | null, more: Partial<ImageRow> = {}): ImageRow {
  return {
    id: hex(id),
    manifestDigests: [],
    reference,
    local: false,
    createdAt: null,
    labels: {},
    platform: 'linux/amd64',
    state: 'live',
    sizeBytes: null,
    sharedBytes: null,
    layers: [],
    layerDigests: [],
    archives: ['a.tar'],
    ...more,
  };
}

const rows = [
  row('1', 'registry.example.com/shop/api:1.2'),
  row('2', 'registry.example.com/shop/api:1.3'),
  row('3', 'registry.example.com/shop/api:latest'),
  row('4', 'other.example.com/shop/web:1'),
  row('5', 'registry.example.com/shop/web:1'),
  row('6', 'docker.io/library/web:2'),
  row('7', 'registry.example.com:5000/tools/db:1', { manifestDigests: [hex('e')] }),
  row('8', '1.4', { local: true }),
  row('9', null),
];

const ids = (found: readonly ImageRow[]) => found.map(({ id }) => id[7]).join('');

/** What an error about a name begins with. */
const told = '--image "x"';

describe('the end of a name', () => {
  it.each([
    ['registry.example.com/shop/api:1.2', '1'],
    ['shop/api:1.2', '1'],
    ['api:1.2', '1'],
    ['api', '3'],
    ['web:2', '6'],
    ['library/web:2', '6'],
    ['db:1', '7'],
    ['tools/db:1', '7'],
    [`db@${hex('e')}`, '7'],
    [`db:1@${hex('e')}`, '7'],
    ['1.4', '8'],
    ['9999', '9'],
    [hex('9'), '9'],
  ])('%s means image %s', (name, id) => {
    expect(ids(findImagesByEnd(rows, name, told).images)).toBe(id);
  });

  it.each([
    ['web:1', 'several names end so: "other.example.com/shop/web:1", "registry.example.com/shop/web:1"'],
    ['pi:1.2', 'no image has this name or ID'],
    ['hop/api:1.2', 'no image has this name or ID'],
    ['api:1', 'no image has this name or ID'],
    ['db', 'no image has this name, with the tag latest, or ID'],
    ['4', 'no image has this name'],
    [`api@${hex('e')}`, 'no image has this name or ID'],
  ])('%s means none: %s', (name, message) => {
    expect(usageMessage(() => findImagesByEnd(rows, name, told))).toContain(`${told}: ${message}`);
  });

  it.each(['api:9', 'shop/api:9', 'registry.example.com/shop/api:9', 'db'])(
    '%s, of which only the tag is another, is told with the tags of that repository alone',
    (name) => {
      const tags = name === 'db' ? '"registry.example.com:5000/tools/db:1"' : '"registry.example.com/shop/api:1.2"';
      const message = usageMessage(() => findImagesByEnd(rows, name, told));
      expect(message).toContain(tags);
      expect(message).not.toContain('shop/web');
    },
  );

  it('lists few of many names that end so', () => {
    const many = Array.from({ length: 8 }, (_, position) => row('1', `r${position}.example.com/a:1`));
    expect(usageMessage(() => findImagesByEnd(many, 'a:1', told))).toMatch(/"r4\.example\.com\/a:1" and 3 more$/);
  });

  it('that one name of several platforms has means each of them', () => {
    const platforms = [row('1', 'r.example.com/a:1'), row('2', 'r.example.com/a:1', { platform: 'linux/arm64' })];
    expect(ids(findImagesByEnd(platforms, 'a:1', told).images)).toBe('12');
  });
});

describe('the rows of a listing', () => {
  it.each([
    ['registry.example.com/shop/api', '123'],
    ['shop/api', '123'],
    ['api', '123'],
    ['api:1.3', '2'],
    ['web', '6'],
    ['shop/web', '45'],
    ['web:1', '45'],
    ['1.4', '8'],
    ['9999', '9'],
    [`tools/db@${hex('e')}`, '7'],
  ])('called %s are %s', (name, expected) => {
    expect(ids(rowsListed(rows, name, told))).toBe(expected);
  });

  it.each(['ap', 'hop/api', 'api:9', 'xyzzy'])('called %s are none, which is wrong usage', (name) => {
    const message = usageMessage(() => rowsListed(rows, name, told));
    expect(message).toContain('no image has this name or ID');
  });
});
