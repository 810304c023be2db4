/** Mode, owner, device and extended attributes out of headers and PAX records, as Go's archive/tar reads them. */

import { describe, expect, it } from 'vitest';
import { LayerScan } from '../../../src/archive/layer-scan.js';
import type { TarAttributes } from '../../../src/archive/tar/tar-attributes.js';
import type { TarEntry } from '../../../src/archive/tar/tar-entry.js';
import { limits } from '../../../src/model/limits.js';
import { type RawEntry, rawTar } from '../../helpers/archive-builder.js';

/** What a listener hears of a tar, with the bodies that it asked for. */
function heard(tar: Buffer, wanted: (entry: TarEntry) => boolean = () => true, step = tar.length) {
  const entries: TarEntry[] = [];
  const bodies: string[] = [];
  const scan = new LayerScan(limits, {
    entry: (entry) => {
      entries.push(entry);
      if (wanted(entry)) bodies.push('');
      return wanted(entry);
    },
    body: (bytes) => bodies.push((bodies.pop() ?? '') + bytes.toString()),
    zeros: (sizeBytes) => bodies.push((bodies.pop() ?? '') + '\0'.repeat(sizeBytes)),
    bodyEnd: () => bodies.push(`${bodies.pop()}.`),
  });
  for (let at = 0; at < tar.length; at += step) scan.push(tar.subarray(at, at + step));
  return { entries, bodies, tar: scan.finish() };
}

function attributesOf(entry: Omit<RawEntry, 'name'>): TarAttributes | undefined {
  return heard(rawTar([{ name: 'x', ...entry }])).entries[0]?.attributes;
}

describe('the attributes of an entry', () => {
  it('are those of its header', () => {
    expect(attributesOf({ mode: 0o4755, uid: 1000, gid: 50 })).toEqual({
      typeFlag: '0',
      mode: 0o4755,
      uid: 1000,
      gid: 50,
      device: '0:0',
      sparse: false,
      extended: new Map(),
    });
  });

  it('have the permission bits only, where a mode says the type too', () => {
    expect(attributesOf({ mode: 0o100644 })?.mode).toBe(0o644);
  });

  it('have the owner of the PAX records where these have one, however large', () => {
    expect(attributesOf({ uid: 1, gid: 2, pax: { uid: '4294967294', gid: '70000000' } })).toMatchObject({
      uid: 4_294_967_294,
      gid: 70_000_000,
    });
    expect(attributesOf({ uid: 1, gid: 2, pax: { uid: '', gid: '' } })).toMatchObject({ uid: 1, gid: 2 });
  });

  it('have the numbers of a device', () => {
    expect(attributesOf({ type: 'character-device', device: [5, 1] })).toMatchObject({ typeFlag: '3', device: '5:1' });
  });

  it('have the extended attributes, with every byte of their values', () => {
    const pax = { 'SCHILY.xattr.user.b': 'two\nlines', 'SCHILY.xattr.user.a': 'é', comment: 'x' };
    const extended = attributesOf({ pax })?.extended;
    expect([...(extended ?? [])]).toEqual([
      ['user.b', 'two\nlines'],
      ['user.a', 'Ã©'],
    ]);
  });

  it.each([
    [
      'an old GNU header',
      { type: 'sparse' as const, format: 'gnu' as const, sparse: { realSizeBytes: 4, chunks: [] } },
    ],
    ['PAX records', { pax: { 'GNU.sparse.major': '1' } }],
  ])('say that a file is stored sparse, by %s', (_, entry) => {
    expect(attributesOf(entry)?.sparse).toBe(true);
  });

  it('are null where a field is a negative number', () => {
    const tar = rawTar([{ name: 'x' }]);
    tar.fill(0xff, 100, 108);
    let sum = 0;
    tar.fill(' ', 148, 156);
    for (const byte of tar.subarray(0, 512)) sum += byte;
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect(heard(tar).entries[0]?.attributes).toMatchObject({ mode: null, uid: 0 });
  });
});

describe('a listener of a layer', () => {
  const tar = rawTar([
    { name: 'etc/', type: 'directory' },
    { name: 'etc/hosts', content: Buffer.from('localhost') },
    { name: 'etc/empty' },
    { name: 'etc/motd', content: Buffer.from('m'.repeat(700)) },
  ]);
  const isFile = ({ type }: TarEntry): boolean => type === 'file';

  it('gets the bodies that it wants, in however many pieces the tar comes', () => {
    const expected = ['localhost.', '.', `${'m'.repeat(700)}.`];
    expect(heard(tar, isFile).bodies).toEqual(expected);
    for (const step of [1, 7, 511, 512, 513, 1000]) expect(heard(tar, isFile, step).bodies).toEqual(expected);
  });

  it('changes nothing in the verdict on the tar', () => {
    const alone = new LayerScan(limits);
    alone.push(tar);
    expect(heard(tar, isFile).tar).toEqual(alone.finish());
    expect(heard(tar, () => false).tar).toEqual(alone.finish());
  });

  it('gets no body that it does not want', () => {
    expect(heard(tar, ({ name }) => name === 'etc/motd').bodies).toEqual([`${'m'.repeat(700)}.`]);
  });
});
