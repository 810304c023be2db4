import { describe, expect, it } from 'vitest';
import { imageSet } from '../../src/analysis/image-set.js';
import { liveliest } from '../../src/analysis/states.js';
import { ArchiveDraft, digestFor, type ImageFacts, inventoryOf } from '../helpers/inventory-builder.js';

/** The states of images that stand in one archive each, by name. */
function statesOf(images: readonly (readonly [name: string, facts: ImageFacts])[]): Record<string, string> {
  const archives = images.map(([name, facts], position) => {
    const archive = new ArchiveDraft(`${position}.tar`);
    archive.image(name, facts);
    return archive;
  });
  const set = imageSet(inventoryOf(archives));
  return Object.fromEntries(images.map(([name]) => [name, set.byId.get(digestFor(name))?.state ?? 'absent']));
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
  ])('is the earlier one of the input where the dates %s', (_, first, second) => {
    expect(
      statesOf([
        ['first', { references: [web], createdAt: first }],
        ['second', { references: [web], createdAt: second }],
      ]),
    ).toEqual({ first: 'superseded', second: 'live' });
  });

  it('stands where it is seen last with the tag', () => {
    expect(
      statesOf([
        ['a', { references: [web] }],
        ['b', { references: [web] }],
        ['a', { references: [web] }],
      ]),
    ).toEqual({ a: 'live', b: 'superseded' });
  });

  it('does not gain from a later place that does not carry the tag', () => {
    expect(
      statesOf([
        ['a', { references: [web] }],
        ['b', { references: [web] }],
        ['a', { references: [other] }],
        ['c', { references: [other] }],
      ]),
    ).toEqual({ a: 'superseded', b: 'live', c: 'live' });
  });

  it('is none while it wins one of its tags', () => {
    expect(
      statesOf([
        ['a', { references: [web, other] }],
        ['b', { references: [web] }],
      ]),
    ).toEqual({ a: 'live', b: 'live' });
  });

  it('is none when a digest reference names it, and it supersedes others all the same', () => {
    expect(
      statesOf([
        ['a', { references: [web] }],
        ['b', { references: [web, pinned] }],
        ['c', { references: [web] }],
      ]),
    ).toEqual({ a: 'superseded', b: 'live', c: 'live' });
    expect(
      statesOf([
        ['a', { references: [web] }],
        ['b', { references: [web, pinned], createdAt: null }],
      ]),
    ).toEqual({ a: 'superseded', b: 'live' });
  });

  it('is none where tag and digest stand in one reference', () => {
    const both = `${web}@${digestFor('web')}`;
    expect(
      statesOf([
        ['a', { references: [both] }],
        ['b', { references: [both] }],
      ]),
    ).toEqual({ a: 'live', b: 'live' });
  });

  it('is none where the tags belong to different platforms', () => {
    expect(
      statesOf([
        ['amd', { references: [web], platform: 'linux/amd64' }],
        ['arm', { references: [web], platform: 'linux/arm64' }],
        ['none', { references: [web], platform: null }],
      ]),
    ).toEqual({ amd: 'live', arm: 'live', none: 'live' });
  });

  it('is found where one platform is spelled in two ways', () => {
    expect(
      statesOf([
        ['old', { references: [web], platform: 'linux/arm64/v8' }],
        ['new', { references: [web], platform: 'linux/arm64' }],
      ]),
    ).toEqual({ old: 'superseded', new: 'live' });
  });

  it('takes a port for no tag', () => {
    const port = 'registry.test:5000/web';
    expect(
      statesOf([
        ['a', { references: [port] }],
        ['b', { references: [port] }],
      ]),
    ).toEqual({ a: 'live', b: 'live' });
  });
});

describe('a local tag', () => {
  it('supersedes nothing in another archive', () => {
    expect(
      statesOf([
        ['a', { localTags: ['1.0'] }],
        ['b', { localTags: ['1.0'] }],
      ]),
    ).toEqual({ a: 'live', b: 'live' });
  });

  it('supersedes within its archive', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('old', { localTags: ['1.0'] });
    archive.image('new', { localTags: ['1.0'] });
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
