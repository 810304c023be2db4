import { describe, expect, it } from 'vitest';
import { imageOf, imageSet } from '../../../src/analysis/set/image-set.js';
import { liveliest } from '../../../src/analysis/set/states.js';
import { ArchiveDraft, digestFor, type ImageFacts, inventoryOf } from '../../helpers/inventory-builder.js';

/** The states of images that stand in one archive each, by name. */
function statesOf(images: readonly (readonly [name: string, facts: ImageFacts])[]): Record<string, string> {
  const archives = images.map(([name, facts], position) => {
    const archive = new ArchiveDraft(`${position}.tar`);
    archive.image(name, facts);
    return archive;
  });
  const set = imageSet(inventoryOf(archives));
  return Object.fromEntries(images.map(([name]) => [name, imageOf(set, digestFor(name))?.state ?? 'absent']));
}

const web = 'docker.io/library/web:1';
const other = 'docker.io/library/web:2';
const pinned = `docker.io/library/web@${digestFor('web')}`;

describe('a dangling image', () => {
  it('is one that no name leads to', () => {
    expect(statesOf([['a', {}]])).toEqual({ a: 'dangling' });
  });

  it('is none when any archive names it', () => {
    expect(
      statesOf([
        ['a', {}],
        ['a', { references: [web] }],
      ]),
    ).toEqual({ a: 'live' });
  });

  it('is none when it has a local tag or a digest reference', () => {
    expect(
      statesOf([
        ['a', { localTags: ['1.0'] }],
        ['b', { references: [pinned] }],
      ]),
    ).toEqual({ a: 'live', b: 'live' });
  });

  it('is none when its reference has neither tag nor digest', () => {
    expect(statesOf([['a', { references: ['registry.test:5000/web'] }]])).toEqual({ a: 'live' });
  });
});

describe('a superseded image', () => {
  it('has a tag that a later created image carries too, whatever the order of the input', () => {
    expect(
      statesOf([
        ['new', { references: [web], createdAt: '2024-02-01T00:00:00Z' }],
        ['old', { references: [web], createdAt: '2024-01-01T00:00:00Z' }],
      ]),
    ).toEqual({ new: 'live', old: 'superseded' });
  });

  it('is told by the instant and not by the text of the date', () => {
    expect(
      statesOf([
        ['new', { references: [web], createdAt: '2024-01-01T09:00:00-05:00' }],
        ['old', { references: [web], createdAt: '2024-01-01T10:00:00Z' }],
      ]),
    ).toEqual({ new: 'live', old: 'superseded' });
  });

  it('is told by a single nanosecond', () => {
    expect(
      statesOf([
        ['new', { references: [web], createdAt: '2024-01-01T10:00:00.123456789Z' }],
        ['old', { references: [web], createdAt: '2024-01-01T10:00:00.123456788Z' }],
      ]),
    ).toEqual({ new: 'live', old: 'superseded' });
  });

  it.each([
    ['are equal', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
    ['are absent', null, null],
    ['are known on one side only', '2024-01-01T00:00:00Z', null],
    ['cannot be read', '2024-01-01T00:00:00Z', 'last year'],
    ["are Go's zero time on one side", '2024-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['are 1970 and 1980, from before there were images', '1980-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    ['are of 2012 on one side', '2024-01-01T00:00:00Z', '2012-12-31T23:59:59.999999999Z'],
  ])('is none where the dates %s, in either order of the inputs', (_, first, second) => {
    const images: [name: string, facts: ImageFacts][] = [
      ['first', { references: [web], createdAt: first }],
      ['second', { references: [web], createdAt: second }],
    ];
    expect(statesOf(images)).toEqual({ first: 'live', second: 'live' });
    expect(statesOf(images.toReversed())).toEqual({ second: 'live', first: 'live' });
  });

  it('is one that an image of 2013 is older than, the first year with a build time', () => {
    expect(
      statesOf([
        ['first', { references: [web], createdAt: '2013-01-01T00:00:00Z' }],
        ['second', { references: [web], createdAt: '2013-01-01T00:00:00.000000001Z' }],
      ]),
    ).toEqual({ first: 'superseded', second: 'live' });
  });

  it('stays superseded beside a third one without a date, which supersedes nothing and is not superseded', () => {
    const images: [name: string, facts: ImageFacts][] = [
      ['old', { references: [web], createdAt: '2024-01-01T00:00:00Z' }],
      ['new', { references: [web], createdAt: '2025-01-01T00:00:00Z' }],
      ['undated', { references: [web] }],
    ];
    for (const turn of [0, 1, 2]) {
      const order = [...images.slice(turn), ...images.slice(0, turn)];
      expect(statesOf(order)).toEqual({ old: 'superseded', new: 'live', undated: 'live' });
    }
  });

  it('does not depend on names of files, nor on where it stands in the input', () => {
    const builds = ['9', '10', '11'].map((number): [name: string, facts: ImageFacts] => [
      number,
      { references: [web], createdAt: '1970-01-01T00:00:01Z' },
    ]);
    expect(statesOf(builds)).toEqual({ 9: 'live', 10: 'live', 11: 'live' });
  });

  it('is none while nothing newer carries one of its tags', () => {
    expect(
      statesOf([
        ['a', { references: [web, other], createdAt: '2024-01-01T00:00:00Z' }],
        ['b', { references: [web], createdAt: '2025-01-01T00:00:00Z' }],
      ]),
    ).toEqual({ a: 'live', b: 'live' });
  });

  it('is none when a digest reference names it, and it supersedes others all the same', () => {
    expect(
      statesOf([
        ['a', { references: [web], createdAt: '2023-01-01T00:00:00Z' }],
        ['b', { references: [web, pinned], createdAt: '2024-01-01T00:00:00Z' }],
        ['c', { references: [web], createdAt: '2025-01-01T00:00:00Z' }],
      ]),
    ).toEqual({ a: 'superseded', b: 'live', c: 'live' });
    expect(
      statesOf([
        ['a', { references: [web], createdAt: '2023-01-01T00:00:00Z' }],
        ['b', { references: [web, pinned], createdAt: '2024-01-01T00:00:00Z' }],
      ]),
    ).toEqual({ a: 'superseded', b: 'live' });
  });

  it('is none where tag and digest stand in one reference', () => {
    const both = `${web}@${digestFor('web')}`;
    expect(
      statesOf([
        ['a', { references: [both], createdAt: '2024-01-01T00:00:00Z' }],
        ['b', { references: [both], createdAt: '2025-01-01T00:00:00Z' }],
      ]),
    ).toEqual({ a: 'live', b: 'live' });
  });

  it('is none where the tags belong to different platforms', () => {
    expect(
      statesOf([
        ['amd', { references: [web], platform: 'linux/amd64', createdAt: '2023-01-01T00:00:00Z' }],
        ['arm', { references: [web], platform: 'linux/arm64', createdAt: '2024-01-01T00:00:00Z' }],
        ['none', { references: [web], platform: null, createdAt: '2025-01-01T00:00:00Z' }],
      ]),
    ).toEqual({ amd: 'live', arm: 'live', none: 'live' });
  });

  it('is found where one platform is spelled in two ways', () => {
    expect(
      statesOf([
        ['old', { references: [web], platform: 'linux/arm64/v8', createdAt: '2024-01-01T00:00:00Z' }],
        ['new', { references: [web], platform: 'linux/arm64', createdAt: '2025-01-01T00:00:00Z' }],
      ]),
    ).toEqual({ old: 'superseded', new: 'live' });
  });

  it('takes a port for no tag', () => {
    const port = 'registry.test:5000/web';
    expect(
      statesOf([
        ['a', { references: [port], createdAt: '2024-01-01T00:00:00Z' }],
        ['b', { references: [port], createdAt: '2025-01-01T00:00:00Z' }],
      ]),
    ).toEqual({ a: 'live', b: 'live' });
  });
});

describe('a local tag', () => {
  it('supersedes nothing in another archive', () => {
    expect(
      statesOf([
        ['a', { localTags: ['1.0'], createdAt: '2024-01-01T00:00:00Z' }],
        ['b', { localTags: ['1.0'], createdAt: '2025-01-01T00:00:00Z' }],
      ]),
    ).toEqual({ a: 'live', b: 'live' });
  });

  it('supersedes within its archive', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('old', { localTags: ['1.0'], createdAt: '2024-01-01T00:00:00Z' });
    archive.image('new', { localTags: ['1.0'], createdAt: '2025-01-01T00:00:00Z' });
    expect(imageSet(inventoryOf([archive])).images.map(({ state }) => state)).toEqual(['superseded', 'live']);
  });

  it('is no reference of the same text', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('a', { localTags: [web] });
    archive.image('b', { references: [web] });
    expect(imageSet(inventoryOf([archive])).images.map(({ state }) => state)).toEqual(['live', 'live']);
  });
});

describe('liveliest', () => {
  it('puts live before superseded before dangling before nothing', () => {
    expect(liveliest('superseded', 'live')).toBe('live');
    expect(liveliest('superseded', 'dangling')).toBe('superseded');
    expect(liveliest('dangling', 'dangling')).toBe('dangling');
    expect(liveliest(null, 'dangling')).toBe('dangling');
  });
});
