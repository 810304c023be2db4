/**
 * Results made by hand, small enough to count on fingers and with one of everything that a renderer treats apart: an
 * unreadable archive, a compressed one, an untagged image, hints, long and hostile names, unknown sizes.
 */
import { noBytes } from '../../src/analysis/bytes/reclaim.js';
import type { Finding } from '../../src/model/finding.js';
import { finding } from '../../src/model/finding.js';
import type { Fault } from '../../src/model/results/faults.js';
import type { DiskUsage, LayerList, Reclaim, Report, Verification } from '../../src/model/results/results.js';

const hex = (digit: string): string => digit.repeat(64);
export const id = (digit: string): string => `sha256:${hex(digit)}`;

export const longPath = `archives/of/a/team/with/many/folders/${'deep/'.repeat(12)}application-server.tar`;
export const hostileName = 'evil\x1b[31m\u202egnp.exe\r\nok  forged.tar';

const reclaim: Reclaim = {
  totalBytes: 1_234_567_890,
  neededBytes: 800_000_000,
  duplicateBytes: 300_000_000,
  twinBytes: 20_000_000,
  danglingBytes: 100_000_000,
  supersededBytes: 2_000_000,
  unreferencedBytes: 12_500_000,
  overheadBytes: 67_890,
  reclaimableBytes: 412_500_000,
  withheldBytes: 0,
};

export const nothing: Reclaim = noBytes();

export const mismatch: Finding = finding(
  'digest-mismatch',
  'The stored bytes do not have the digest that their name claims.',
  {
    subject: `blobs/sha256/${hex('a')}`,
    expected: id('a'),
    actual: id('b'),
    offsetBytes: 1536,
  },
);

const stray: Finding = finding('blob-unreferenced', 'No image or index of the archive needs this blob.', {
  subject: id('c'),
});

export function fault(facts: Partial<Fault>): Fault {
  return {
    severity: 'error',
    code: 'digest-mismatch',
    part: 'layer',
    subject: `blobs/sha256/${hex('a')}`,
    problem: `its bytes are not ${id('a')}`,
    images: [{ id: id('1'), references: ['docker.io/library/debian:12'], layer: 2, layers: 3, step: 'COPY app /srv' }],
    moreImages: 0,
    intactCopies: [],
    moreIntactCopies: 0,
    findings: [0],
    ...facts,
  };
}

type ReportArchive = Report['archives'][number];
type ReportImage = Report['images'][number];

export function archive(facts: Partial<ReportArchive> & { readonly path: string }): ReportArchive {
  return {
    format: 'docker-archive',
    compression: 'none',
    sizeBytes: 1000,
    tarBytes: 1000,
    status: 'ok',
    images: [],
    findings: [],
    faults: [],
    notChecked: [],
    bytes: nothing,
    ...facts,
  };
}

export function image(facts: Partial<ReportImage> & { readonly id: string }): ReportImage {
  return {
    manifestDigests: [],
    references: [],
    platform: 'linux/amd64',
    createdAt: '2024-05-01T10:20:30Z',
    state: 'live',
    dangling: false,
    superseded: false,
    sizeBytes: 120_000_000,
    sharedBytes: 100_000_000,
    uniqueBytes: 20_000_000,
    attributedBytes: 70_000_000,
    claimedSizeBytes: null,
    claimedSharedBytes: null,
    claimedUniqueBytes: null,
    storedBytes: 50_000_000,
    compressions: ['gzip'],
    layers: [],
    archives: ['a.tar'],
    ...facts,
  };
}

/** A report over nothing, to be given what a test is about. */
export function emptyReport(): Report {
  return {
    kind: 'varve.report',
    schemaVersion: 1,
    toFetch: [],
    summary: {
      archives: 0,
      images: 0,
      danglingImages: 0,
      supersededImages: 0,
      layers: 0,
      sharedLayers: 0,
      verified: true,
      errors: 0,
      warnings: 0,
      hints: 0,
      notChecked: 0,
      soleDanglingArchives: 0,
    },
    archives: [],
    images: [],
    layers: [],
    contested: [],
    redundant: [],
    packed: { bodyBytes: 0, unifiedBodyBytes: 0, sizeBytes: null, unifiedSizeBytes: null },
    reclaim: nothing,
    skipped: [],
  };
}

const layers: LayerList['layers'] = [
  {
    diffId: id('d'),
    sizeBytes: 90_000_000,
    claimedSizeBytes: null,
    storedBytes: 60_000_000,
    images: [id('1'), id('2')],
    copies: [
      { archive: 'a.tar', entry: 'x/layer.tar', digest: id('d'), storedBytes: 30_000_000, compression: 'gzip' },
      { archive: longPath, entry: hostileName, digest: id('d'), storedBytes: 30_000_000, compression: 'gzip' },
    ],
    archives: ['a.tar', longPath],
    twins: [],
    state: 'live',
  },
  {
    diffId: null,
    sizeBytes: null,
    claimedSizeBytes: null,
    storedBytes: 77,
    images: [id('1')],
    copies: [{ archive: 'a.tar', entry: 'y', digest: null, storedBytes: 77, compression: null }],
    archives: ['a.tar'],
    twins: [id('e')],
    state: null,
  },
];

export const layerList: LayerList = { kind: 'varve.layers', schemaVersion: 1, verified: false, layers };

/** One of everything. */
export const fullReport: Report = {
  ...emptyReport(),
  summary: {
    archives: 4,
    images: 3,
    danglingImages: 1,
    supersededImages: 1,
    layers: 2,
    sharedLayers: 1,
    verified: true,
    errors: 2,
    warnings: 0,
    hints: 2,
    notChecked: 1,
    soleDanglingArchives: 1,
  },
  archives: [
    archive({
      path: 'a.tar',
      images: [id('1')],
      status: 'failed',
      findings: [mismatch, stray, stray],
      faults: [fault({})],
    }),
    archive({ path: longPath, compression: 'zstd', sizeBytes: 400, tarBytes: 1000, images: [id('2')], bytes: reclaim }),
    archive({ path: hostileName, images: [id('3')], notChecked: [{ subject: hostileName, reason: 'encrypted' }] }),
    archive({
      path: 'missing.tar',
      format: null,
      status: 'unreadable',
      findings: [finding('input-unreadable', 'no such file')],
      faults: [
        fault({
          code: 'input-unreadable',
          part: 'archive',
          subject: null,
          problem: 'no such file',
          images: [],
          intactCopies: null,
        }),
      ],
    }),
  ],
  images: [
    image({ id: id('1'), references: ['docker.io/library/debian:12', 'ghcr.io/a/b:c'] }),
    image({ id: id('2'), references: [hostileName], state: 'superseded', superseded: true, sizeBytes: null }),
    image({ id: id('3'), state: 'dangling', dangling: true, archives: [hostileName], createdAt: null, platform: null }),
  ],
  layers,
  reclaim,
  skipped: [{ path: 'old.json', reason: 'an inventory, which has to be named outright' }],
};

export const verification: Verification = {
  kind: 'varve.verification',
  schemaVersion: 1,
  summary: {
    archives: 4,
    images: 3,
    blobs: 42,
    bytesHashed: 1_234_567_890,
    blobsFromCache: 0,
    bytesFromCache: 0,
    errors: 2,
    warnings: 0,
    hints: 2,
    notChecked: 1,
    coverage: { digestBytes: 1_230_000_000, contentBytes: 4_500_000, openBytes: 67_890 },
  },
  archives: fullReport.archives.map(({ path, format, compression, status, findings, faults, notChecked }) => ({
    path,
    format,
    compression,
    status,
    coverage: null,
    findings,
    faults,
    notChecked,
  })),
  skipped: fullReport.skipped,
};

export const diskUsage: DiskUsage = {
  kind: 'varve.df',
  schemaVersion: 1,
  verified: false,
  toFetch: [],
  rows: [
    { type: 'archives', total: 4, active: 3, sizeBytes: 1_234_567_890, reclaimableBytes: 412_500_000 },
    { type: 'images', total: 3, active: 1, sizeBytes: 1_200_000_000, reclaimableBytes: 400_000_000 },
    { type: 'layers', total: 2, active: 1, sizeBytes: 1_000_000_000, reclaimableBytes: 300_000_000 },
    { type: 'unreferenced', total: 2, active: 0, sizeBytes: 12_500_000, reclaimableBytes: 12_500_000 },
    { type: 'overhead', total: 1, active: 0, sizeBytes: 67_890, reclaimableBytes: 0 },
  ],
  reclaim,
};
