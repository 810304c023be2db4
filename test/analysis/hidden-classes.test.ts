/**
 * Objects of one kind have one hidden class, however many there are. In V8 before version 12 an object gets one of its own
 * where a literal begins with a spread and has more keys behind it: then each is as large again as its class, and whatever
 * reads a key of it asks for the place of that key anew.
 */
import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { archiveSubject, judged, unknown } from '../../src/analysis/policy/rules/rule.js';
import { imageSet } from '../../src/analysis/set/image-set.js';
import { layerList } from '../../src/analysis/set/layers.js';
import { tableOfTar } from '../../src/archive/entry-table.js';
import { selectImages } from '../../src/cli/selection/select.js';
import { parseInstant } from '../../src/model/instants.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import { finished } from '../../src/model/work/work.js';
import { plannedBlob } from '../../src/pack/pack-plan.js';
import { parseFilters } from '../../src/query/filters.js';
import { fileAt } from '../../src/sources/location.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../helpers/inventory-builder.js';

const count = 200;
/** The first few may have others, until it is known what the fields hold. */
const settled = 20;

setFlagsFromString('--allow-natives-syntax');
const haveSameClass = new Function('a', 'b', 'return %HaveSameMap(a, b)') as (a: object, b: object) => boolean;

/** How many hidden classes such objects have, from the first few on. */
function classesOf(objects: readonly object[]): number {
  const classes: object[] = [];
  for (const each of objects.slice(settled)) {
    if (!classes.some((other) => haveSameClass(other, each))) classes.push(each);
  }
  return classes.length;
}

function make<T>(of: (position: number) => T): T[] {
  return Array.from({ length: count }, (_, position) => of(position));
}

/** Each image has a tag and a layer of its own, one that it shares, and an artifact beside it. */
function inventory(): Inventory {
  return inventoryOf(
    make((i) => {
      const archive = new ArchiveDraft(`${i}.tar`);
      const bodies = [archive.layer('base', 1000), archive.layer(`own ${i}`, 10 + i)];
      archive.image(`image ${i}`, { bodies, references: [`docker.io/library/a${i}:1`] });
      archive.artifact(`artifact ${i}`, { references: [`docker.io/library/b${i}:1`] });
      return archive;
    }),
  );
}

describe('objects of one kind have one hidden class', () => {
  it('of the images, layers, tags and copies of a set', () => {
    const { images, layers, tags, copies } = imageSet(inventory());
    expect([images, layers, tags, copies.flat()].map(classesOf)).toEqual([1, 1, 1, 1]);
    expect([images.length, layers.length, tags.length]).toEqual([count, count + 1, count]);
  });

  it('of the rows of a report and of a list of layers', () => {
    const { archives, images, layers } = reportOf(inventory());
    const figures = archives.map(({ bytes }) => bytes);
    expect([archives, figures, images, layers, layerList(inventory()).layers].map(classesOf)).toEqual([1, 1, 1, 1, 1]);
  });

  it('of the rows that a command selects, and of the figures of their images', () => {
    const now = parseInstant('2026-01-01T00:00:00Z');
    if (now === null) throw new Error('no instant');
    const { rows } = finished(selectImages(inventory(), { image: null, filters: parseFilters([]), now }));
    expect([rows, rows.map(({ figures }) => figures)].map(classesOf)).toEqual([1, 1]);
  });

  it('of what a rule says of archives', () => {
    const good = make((i) => judged(archiveSubject(`${i}.tar`), i % 2 === 0, i, i));
    const open = make((i) => unknown(archiveSubject(`${i}.tar`), `no ${i}`));
    expect([good, open].map(classesOf)).toEqual([1, 1]);
  });

  it('of the tables of tars, and of the blobs that are to be written', () => {
    const overhead = { headerBytes: 512, paddingBytes: 0, endBytes: 1024, trailingBytes: 0 };
    const tables = make((i) => {
      const index = { entries: [], overhead, tarBytes: i, truncated: false, findings: [] };
      return tableOfTar(index, { path: `${i}.tar`, location: fileAt(`${i}.tar`), compression: 'none', sizeBytes: i });
    });
    const blobs = make((i) => plannedBlob(digestFor(`${i}`), i, { texts: new Map() }, () => []));
    expect([tables, blobs].map(classesOf)).toEqual([1, 1]);
  });
});
