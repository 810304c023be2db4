/** One source on its way through a scan, and what the stages of a scan share. */
import { basename } from 'node:path';
import type { DocumentBudget, DocumentsTaken } from '../archive/document-budget.js';
import type { Memory, SourceMemory } from '../cache/memory.js';
import type { Source } from '../discover/source.js';
import { type Finding, finding } from '../model/finding.js';
import type { ArchiveRecord } from '../model/results/inventory.js';
import type { RunBudget, RunTaken } from '../model/work/run-budget.js';
import type { FileState } from '../sources/file-state.js';
import type { ThreadsAhead } from '../threads/threads-ahead.js';
import type { ArchiveInProgress } from './open-archive.js';
import type { ScanSettings } from './settings.js';

/** What all stages of one scan have in common. */
export interface ScanRun {
  readonly settings: ScanSettings;
  readonly memory: Memory;
  /** What the documents of the run may come to. */
  readonly budget: DocumentBudget;
  /** What it may hold of images, names, layers and findings. */
  readonly held: RunBudget;
  /** Threads for the bodies that are to be read; null where none start before that is known. */
  readonly ahead: ThreadsAhead | null;
}

/** The digest of a part as it is, or why it could not be read. */
export type ObservedPart =
  | { readonly ok: true; readonly digest: string }
  | { readonly ok: false; readonly reason: string };

/** What a job made of an archive, and what that took of what a run may hold. */
export interface DoneArchive {
  readonly record: ArchiveRecord;
  readonly held: RunTaken;
  readonly documents: DocumentsTaken;
}

/** One source: what it became so far. */
export interface SourceInProgress {
  readonly source: Source;
  archives: readonly (ArchiveInProgress | ArchiveRecord)[];
  /** What a job of the threads went through of it, whether it made its record or not. */
  readonly triedBytes: number;
  /** Whether it waits for its pass. */
  readonly streamed: boolean;
  readonly memory: SourceMemory;
  /** How its files were before they were read; null where nobody would see a change. */
  readonly state: FileState | null;
  /** What the parts of an archive in several files are, by their paths: digests, or why one could not be read. */
  readonly parts: Map<string, ObservedPart>;
}

/** Whether the bodies of a source are read. */
export function isVerified({ source }: Pick<SourceInProgress, 'source'>, settings: ScanSettings): boolean {
  return source.remote === undefined ? settings.verified : settings.verifiedRemote;
}

/** The archives whose claims are known and whose observations come in. */
export function openedArchives({ archives }: SourceInProgress): ArchiveInProgress[] {
  return archives.filter((archive) => 'claims' in archive);
}

/** What is wrong with the parts of an archive in several files: those that are not there, and those that are not what their list says. */
export function partFindings({ source: { split }, parts }: SourceInProgress): Finding[] {
  if (split === undefined) return [];
  const changed = split.claimed.flatMap(({ path, digest }): Finding[] => {
    const found = parts.get(path);
    const facts = { subject: path };
    if (found === undefined || (found.ok && found.digest === digest)) return [];
    if (!found.ok) return [finding('input-unreadable', found.reason, facts)];
    const message = `${basename(path)} is not the part that its list says`;
    return [finding('part-changed', message, { ...facts, expected: digest, actual: found.digest })];
  });
  return [...split.faults, ...changed];
}
