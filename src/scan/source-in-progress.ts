/** One source on its way through a scan, and what the stages of a scan share. */
import type { DocumentBudget } from '../archive/document-budget.js';
import type { Memory, SourceMemory } from '../cache/memory.js';
import type { Source } from '../discover/discover.js';
import type { ArchiveRecord } from '../model/results/inventory.js';
import type { RunBudget } from '../model/work/run-budget.js';
import type { FileState } from '../sources/file-state.js';
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
}

/** One source: what it became so far. */
export interface SourceInProgress {
  readonly source: Source;
  archives: readonly (ArchiveInProgress | ArchiveRecord)[];
  /** Whether it waits for its pass. */
  readonly streamed: boolean;
  readonly memory: SourceMemory;
  /** How its files were before they were read; null where nobody would see a change. */
  readonly state: FileState | null;
}

/** The archives whose claims are known and whose observations come in. */
export function openedArchives({ archives }: SourceInProgress): ArchiveInProgress[] {
  return archives.filter((archive) => 'claims' in archive);
}
