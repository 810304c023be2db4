/**
 * How much the sparse files of one archive may become, and in how many pieces: a hole of any size costs two headers. The
 * limits are those of what is compressed, since to read a hole takes as long. Hostile input: sizes up to 2^63 of nothing.
 */
import { type Limits, limitMessage } from '../../model/limits.js';
import type { SparseContent } from '../entry-table.js';

/** What the sparse files of one archive keep to. */
export type SparseLimits = Pick<
  Limits,
  'freeExpansionBytes' | 'expansionRatio' | 'layerExpansionBytes' | 'archiveExpansionBytes' | 'sparsePieces'
>;

export class SparseBudget {
  readonly #limits: SparseLimits;
  #contentBytes = 0;
  #pieces = 0;

  constructor(limits: SparseLimits) {
    this.#limits = limits;
  }

  /** Whether so many pieces are still kept, those of this file included. */
  get tooManyPieces(): string | null {
    const { sparsePieces } = this.#limits;
    return this.#pieces > sparsePieces
      ? limitMessage('sparsePieces', sparsePieces, 'the sparse files of the archive have more pieces')
      : null;
  }

  /** The next sparse file of the archive, with the reason why it is not read where it is too much. */
  admit(sparse: SparseContent, storedBytes: number): SparseContent {
    this.#pieces += sparse.pieces.length;
    if (sparse.refusal !== null) return sparse;
    const refusal = this.#limitMessage(sparse.sizeBytes, storedBytes);
    if (refusal === null) this.#contentBytes += sparse.sizeBytes;
    return refusal === null ? sparse : { ...sparse, refusal };
  }

  #limitMessage(contentBytes: number, storedBytes: number): string | null {
    const { freeExpansionBytes, expansionRatio, layerExpansionBytes, archiveExpansionBytes } = this.#limits;
    if (contentBytes > freeExpansionBytes && contentBytes > storedBytes * expansionRatio) {
      const found = `a sparse file of ${storedBytes} bytes becomes ${contentBytes}, freeExpansionBytes is ${freeExpansionBytes}`;
      return limitMessage('expansionRatio', expansionRatio, found);
    }
    if (contentBytes > layerExpansionBytes) {
      return limitMessage('layerExpansionBytes', layerExpansionBytes, `a sparse file becomes ${contentBytes} bytes`);
    }
    if (this.#contentBytes + contentBytes <= archiveExpansionBytes) return null;
    return limitMessage(
      'archiveExpansionBytes',
      archiveExpansionBytes,
      'all sparse files of the archive become more bytes',
    );
  }
}
