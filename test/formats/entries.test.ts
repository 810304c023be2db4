/**
 * What the names of entries alone say, in any format: names that come twice, that climb out, that an operating system left.
 */
import { describe, expect, it } from 'vitest';
import {
  blobPath,
  directory,
  dockerSave,
  type Entry,
  file,
  hexOf,
  ociLayout,
  symlink,
} from '../helpers/archive-builder.js';
import { appImage, appManifest, program } from './images.js';
import { claimsAbout, claimsOf, codesOf, rolesOf } from './read-entries.js';

const layout = ociLayout([appManifest]);
const crane = dockerSave([appImage], { variant: 'crane' });
const layerName = blobPath(appManifest.blobs[3]?.digest ?? '');

describe('a name that comes twice', () => {
  it('means its last entry; the ones before it are strays that are judged as well', async () => {
    const first = layout.filter(({ name }) => name === layerName);
    const claims = await claimsOf([...first, ...layout]);
    const same = claims.table.entries.filter(({ name }) => name === layerName);
    expect(claims.repeats.map((entries) => entries.map(({ index }) => index))).toContainEqual(
      same.map(({ index }) => index),
    );
    expect(same.map(({ index }) => claims.roles[index])).toEqual(['stray', 'layer']);
    expect(claims.images[0]?.layers.map(({ entry }) => entry)).toContain(same[1]?.index);
    expect(claimsAbout(layerName, claims).filter((claim) => 'named' in claim)).toHaveLength(2);
    expect(codesOf(claims)).toEqual([]);
  });

  it('may be written differently', async () => {
    const claims = await claimsOf([file(`./${layerName}`, 'other'), ...layout]);
    expect(claims.repeats.map(([entry]) => entry?.name)).toEqual([layerName]);
  });

  it('is not one name where it only climbs to the same place', async () => {
    const claims = await claimsOf([...layout, file(`blobs/../${layerName}`, 'other')]);
    expect(claims.repeats).toEqual([]);
    expect(codesOf(claims)).toEqual(['file-unreferenced', 'path-escape']);
  });
});

describe('a name that leaves the archive', () => {
  it.each<[string, Entry]>([
    ['an entry above it', file('../evil', 'x')],
    ['an entry that climbs in the middle', file('a/../../evil', 'x')],
    ['a symlink above it', symlink('link', '../evil')],
    ['a symlink to an absolute path', symlink('link', '/etc/passwd')],
  ])('is an error: %s', async (_, entry) => {
    const claims = await claimsOf([...crane, entry]);
    expect(claims.findings).toContainEqual(
      expect.objectContaining({ code: 'path-escape', severity: 'error', subject: entry.name }),
    );
  });

  it.each<[string, Entry]>([
    ['an absolute name', file('/notes', 'x')],
    ['a name with dots', file('a..b/...', 'x')],
    ['a link that climbs and stays inside', symlink('a/b/link', `../../${crane[0]?.name}`)],
  ])('is not %s', async (_, entry) => {
    expect(codesOf(await claimsOf([...crane, entry]))).not.toContain('path-escape');
  });
});

describe('files of an operating system between the blobs', () => {
  it('are ignored with one hint', async () => {
    const junk = ['blobs/._sha256', 'blobs/sha256/.DS_Store', `blobs/sha256/._${hexOf(program.diffId)}`];
    const claims = await claimsOf([...layout, ...junk.map((name) => file(name, 'Mac'))]);
    expect(codesOf(claims)).toEqual(['junk-entry']);
    expect(rolesOf(claims)).toMatchObject(Object.fromEntries(junk.map((name) => [name, 'stray'])));
  });
});

describe('a file that only another format knows', () => {
  it('is a stray', async () => {
    const claims = await claimsOf([...layout, file('repositories', '{}'), file(`${'a'.repeat(64)}/json`, '{}')]);
    expect(rolesOf(claims)).toMatchObject({ repositories: 'stray', [`${'a'.repeat(64)}/json`]: 'stray' });
    expect(codesOf(claims)).toEqual(['file-unreferenced', 'file-unreferenced']);
  });
});

describe('a blob whose name is no digest', () => {
  it.each(['abc', 'A'.repeat(64), 'g'.repeat(64)])('claims nothing: %s', async (hex) => {
    const name = `blobs/sha256/${hex}`;
    const claims = await claimsOf([...layout, file(name, 'x')]);
    expect(claimsAbout(name, claims)).toEqual([]);
    expect(codesOf(claims)).toEqual(['blob-unreferenced']);
  });
});

describe('an entry that is no file', () => {
  it('has no body, whatever its name', async () => {
    const claims = await claimsOf([...layout, directory(`blobs/sha256/${'a'.repeat(64)}`)]);
    expect(codesOf(claims)).toEqual([]);
  });
});
