/** What a case of a finding is, and the archives that several of them damage. */
import type { Finding } from '../../src/model/finding.js';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { appImage, baseImage, shell } from '../formats/images.js';
import {
  blobPath,
  compress,
  dockerSave,
  type Entry,
  hexOf,
  type ImageSpec,
  image,
  layerFromTar,
  type OciNode,
  ociLayout,
  ociManifest,
  tar,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { offsetOf, recordOf } from './scan-bytes.js';

type Expected = Partial<Omit<Finding, 'code' | 'severity' | 'message'>>;

/** An archive and the finding that it must have. */
export interface FindingCase {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'hint';
  /** Ends the sentence "is raised for …". */
  readonly when: string;
  readonly run: () => Promise<{ readonly record: ArchiveRecord; readonly expected: Expected }>;
}

/** A new list of cases, and two ways to add one to it. */
export function caseList() {
  const cases: FindingCase[] = [];
  const raise = (severity: FindingCase['severity'], code: string, when: string, run: FindingCase['run']): void => {
    cases.push({ code, severity, when, run });
  };
  /** A case of an archive of entries; `expect` gets its bytes, to say where something stands. */
  const inArchive = (
    severity: FindingCase['severity'],
    code: string,
    when: string,
    entries: readonly Entry[],
    expect: (offset: (name: string, which?: 'first' | 'last') => number) => Expected,
  ): void =>
    raise(severity, code, when, async () => {
      const bytes = await tar(entries);
      return { record: await recordOf(bytes), expected: expect((name, which) => offsetOf(bytes, name, which)) };
    });
  return { cases, raise, inArchive };
}

export function firstOf(archives: readonly ArchiveRecord[]): ArchiveRecord {
  return archives[0] as ArchiveRecord;
}

export const none = { subject: null, expected: null, actual: null };
export const legacy = dockerSave([appImage], { variant: 'legacy' });
export const crane = dockerSave([appImage], { variant: 'crane' });
export const podman = dockerSave([appImage], { variant: 'podman' });
export const hybrid = dockerSave([appImage], { variant: 'hybrid' });
export const plain = withoutPlatform(ociManifest(appImage, { compression: 'none' }));
export const layout = ociLayout([plain]);
export const shellName = blobPath(shell.diffId);
export const configName = `${hexOf(appImage.id)}.json`;
export const layoutOf = (spec: ImageSpec): Entry[] => ociLayout([ociManifest(spec, { compression: 'none' })]);
export const podmanOf = (content: Buffer): Entry[] =>
  dockerSave([image({ layers: [layerFromTar(content)] })], { variant: 'podman' });
export const nameOf = (content: Buffer): string => `${hexOf(layerFromTar(content).diffId)}.tar`;
export const stored = (content: Buffer, mediaType: string): OciNode =>
  ociManifest(baseImage, { compression: (of) => ({ ...compress(of, 'none', { mediaType }), content }) });
