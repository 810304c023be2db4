/**
 * The files of the layers of one scan, by the diffID that was computed from the same bytes, so that a list is never that
 * of a layer which only claims to be it.
 */

import type { Digest } from '../model/digest.js';
import { bytesOfList, type FileList, type FileListRefusal, fileListsRefusal } from '../model/file-list.js';

export class LayerContents {
  readonly #byDiffId = new Map<Digest, FileList | FileListRefusal>();
  readonly #limitBytes: number;
  #bytes = 0;
  #over = false;

  /** `limitBytes`: of all lists together. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Takes the files of a layer; of equal layers the first counts. */
  add(diffIds: readonly Digest[], found: FileList | FileListRefusal): void {
    const known = diffIds.some((diffId) => this.#byDiffId.has(diffId));
    if (!known) this.#bytes += bytesOfList(found);
    // Which layers were listed before the limit was reached depends on the threads; that none is does not.
    if (('refusal' in found && found.scope === 'all') || this.#bytes > this.#limitBytes) {
      this.#over = true;
      this.#byDiffId.clear();
    }
    if (!this.#over && !known) for (const diffId of diffIds) this.#byDiffId.set(diffId, found);
  }

  /** The files of the layer, or why they are not listed; null where no bytes with this diffID were read. */
  get(diffId: Digest): FileList | FileListRefusal | null {
    if (this.#over) return fileListsRefusal(this.#limitBytes);
    return this.#byDiffId.get(diffId) ?? null;
  }
}
