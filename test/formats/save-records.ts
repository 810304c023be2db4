/** Changes to the records of a save manifest. */
import { type Entry, editJson } from '../helpers/archive-builder.js';

export interface WrittenRecord {
  readonly Config: string;
  readonly RepoTags: string[] | null;
  readonly Layers: string[];
}

/** The entries with each record of `manifest.json` changed. */
export function editRecords(entries: readonly Entry[], edit: (record: WrittenRecord) => object): Entry[] {
  return editJson<WrittenRecord[]>(entries, 'manifest.json', (records) => records.map(edit));
}
