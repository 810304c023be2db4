/**
 * The images that the filter cases select from, one row for each image and name, and the digests that the cases name.
 * Each row is there for something that no other shows; a comment says what, where it cannot be seen.
 */
import type { ImageRow } from '../../../src/query/image-row.js';

/** A digest that can be told by its start: `sha256:a1000…`. */
export function digest(start: string, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${start.padEnd(algorithm === 'sha256' ? 64 : 128, '0')}`;
}

/** A row about which nothing is known but what is given. */
export function row(given: Partial<ImageRow>): ImageRow {
  return {
    id: digest('f0'),
    manifestDigests: [],
    reference: null,
    local: false,
    createdAt: null,
    labels: {},
    platform: null,
    state: given.reference === undefined || given.reference === null ? 'dangling' : 'live',
    sizeBytes: null,
    sharedBytes: null,
    layers: [],
    layerDigests: [],
    archives: [],
    ...given,
  };
}

/** What durations count back from. */
export const now = new Date('2026-06-01T12:00:00Z');

export const busyboxLayer = digest('1a7e0001');
export const baseLayer = digest('1a7e0002');
export const storedLayer = digest('5709ed01');
export const debianDigest = digest('deb1a4');
export const multiIndex = digest('1dec5');

const uclibc: Partial<ImageRow> = {
  id: digest('b0b1'),
  manifestDigests: [digest('b0b1fe')],
  createdAt: '2026-02-01T10:00:00Z',
  platform: 'linux/amd64',
  sizeBytes: 1_090_000,
  sharedBytes: 0,
  archives: ['base/busybox.tar'],
};

const rows = {
  musl: row({
    id: digest('b0b0'),
    manifestDigests: [digest('cafe01')],
    reference: 'docker.io/library/busybox:musl',
    createdAt: '2026-01-01T00:00:00Z',
    platform: 'linux/amd64',
    sizeBytes: 1_210_000,
    sharedBytes: 0,
    layers: [busyboxLayer],
    layerDigests: [storedLayer],
    archives: ['base/busybox.tar'],
  }),
  // One image with two names, as in docker's own example.
  latest: row({ ...uclibc, reference: 'docker.io/library/busybox:latest' }),
  uclibc: row({ ...uclibc, reference: 'docker.io/library/busybox:uclibc' }),
  // In the same second as uclibc, one nanosecond later.
  glibc: row({
    id: digest('91bc'),
    reference: 'docker.io/library/busybox:glibc',
    createdAt: '2026-02-01T10:00:00.000000001Z',
    platform: 'linux/386',
    sizeBytes: 4_190_000,
    sharedBytes: 0,
    archives: ['./base/more/busybox-glibc.tar'],
  }),
  // The same instant as glibc, in another zone.
  hubApi: row({
    id: digest('a910'),
    reference: 'docker.io/shop/api:1.0',
    createdAt: '2026-02-01T12:00:00.000000001+02:00',
    labels: { maintainer: 'john', 'com.example.version': '1.0', stage: '' },
    platform: 'linux/arm64',
    sizeBytes: 500_000_000,
    sharedBytes: 300_000_000,
    layers: [baseLayer, digest('1a7e0003')],
    archives: ['shop/api.tar'],
  }),
  ghcrApi: row({
    id: digest('a911'),
    reference: 'ghcr.io/shop/api:2.0',
    createdAt: '2026-03-01T00:00:00Z',
    labels: { maintainer: 'ann', 'com.example.version': '2.0', expression: 'a=b' },
    platform: 'linux/arm64/v8',
    sizeBytes: 524_288_000,
    sharedBytes: 300_000_000,
    layers: [baseLayer, digest('1a7e0004')],
    archives: ['shop/api.tar', 'backup/2026/api.tar'],
  }),
  tools: row({
    id: digest('7001'),
    reference: 'localhost:5000/team/tools/lint:x',
    createdAt: '2026-04-01T00:00:00Z',
    labels: { deprecated: '' },
    platform: 'linux/arm/v6',
    sizeBytes: 1_500_000_000,
    archives: ['tools[1].tar'],
  }),
  // Named by a digest only: docker shows <none> as its tag, but it has a name.
  pinned: row({
    id: digest('deb1'),
    manifestDigests: [debianDigest],
    reference: `docker.io/library/debian@${debianDigest}`,
    createdAt: '2026-05-01T00:00:00Z',
    platform: 'linux/amd64/v2',
    sizeBytes: 120_000_000,
  }),
  untagged: row({
    id: digest('0ff0'),
    createdAt: '2026-05-31T12:00:00Z',
    platform: 'windows/amd64',
    layers: [baseLayer, null],
    layerDigests: [digest('5709ed02'), digest('5709ed03')],
  }),
  // Its config says nothing.
  undated: row({ id: digest('0a00'), reference: 'example.com/app:v1', archives: ['app.tar'] }),
  // A tag that means something in its archive only.
  local: row({ id: digest('10ca'), reference: '12', local: true, createdAt: '2026-05-31T13:00:00Z' }),
  // The same tag on two images of one platform, spelled in two ways.
  oldApp: row({
    id: digest('01d0'),
    reference: 'docker.io/shop/app:latest',
    createdAt: '2026-01-15T00:00:00Z',
    platform: 'linux/amd64',
    state: 'superseded',
  }),
  newApp: row({
    id: digest('01d1'),
    reference: 'docker.io/shop/app:latest',
    createdAt: '2026-04-15T00:00:00Z',
    platform: 'linux/amd64/v1',
  }),
  // One tag on an index of two platforms.
  multiAmd: row({
    id: digest('3a0001'),
    manifestDigests: [digest('c0ffee'), multiIndex],
    reference: 'docker.io/shop/multi:1',
    createdAt: '2026-03-10T00:00:00Z',
    platform: 'linux/amd64',
  }),
  multiArm: row({
    id: digest('3a0002'),
    manifestDigests: [digest('decade'), multiIndex],
    reference: 'docker.io/shop/multi:1',
    createdAt: '2026-03-20T00:00:00Z',
    platform: 'linux/arm/v7',
  }),
  // A name that also reads as the start of an ID, and the image with that ID.
  beef: row({ id: digest('ce11'), reference: 'docker.io/library/beef:latest', createdAt: '2026-03-05T00:00:00Z' }),
  beefId: row({ id: digest('beef'), reference: 'docker.io/shop/steak:1', createdAt: '2026-03-25T00:00:00Z' }),
} as const satisfies Readonly<Record<string, ImageRow>>;

export type RowName = keyof typeof rows;

export const imageRows: Readonly<Record<RowName, ImageRow>> = rows;
