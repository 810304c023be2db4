/**
 * Reading an archive and judging it lets others go first: every few things of which hostile documents can have many there
 * is a place to rest, where a signal is heard (`sources/steps`).
 */
import { describe, expect, it } from 'vitest';
import { archiveRecord } from '../../src/verify/archive-record.js';
import {
  type Entry,
  file,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { claimsOf, restsOf } from './read-entries.js';

const count = 300;
/** Small things go together, eight at a time. */
const together = 8;
const each = Array.from({ length: count }, (_, i) => i);
const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const records = (list: readonly object[]): Entry => file('manifest.json', JSON.stringify(list));
const manifests = each.map((i) =>
  withoutPlatform(ociManifest(image({ layers: tiny.layers, config: { Env: [`I=${i}`] } }))),
);

const cases: readonly (readonly [what: string, entries: readonly Entry[]])[] = [
  ['entries', [records([]), ...each.map((i) => file(`f${i}`, ''))]],
  ['layers of a save record', [records([{ Config: 'c', Layers: each.map((i) => `l${i}`) }])]],
  ['save records', [records(each.map((i) => ({ Config: `c${i}`, Layers: ['l'] })))]],
  ['manifests of a layout', ociLayout(manifests)],
  ['manifests below an index', ociLayout([withoutPlatform(ociIndex(manifests))])],
  ['v1 layers', each.map((i) => file(`${i.toString(16).padStart(64, '0')}/json`, JSON.stringify({ id: `${i}` })))],
];

describe('reading an archive', () => {
  it.each(cases)('may rest between %s', async (_, entries) => {
    expect(await restsOf(entries)).toBeGreaterThan(count / together);
  });
});

describe('judging an archive', () => {
  it('may rest between entries, and between images', async () => {
    const observed = {
      streamed: false,
      changed: null,
      parts: [],
      bodies: new Map(),
      failed: new Map(),
      inline: [],
    };
    const claims = await claimsOf(ociLayout(manifests));
    let rests = 0;
    for (const work = archiveRecord(claims, observed, false); !work.next().done; ) rests++;
    expect(rests).toBeGreaterThan((claims.table.entries.length + claims.images.length) / together);
  });
});
