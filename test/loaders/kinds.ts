/** What a kind of generated archive is. */
import type { SeededRandom } from '../helpers/archive-builder.js';

export interface Kind {
  readonly name: string;
  /** honest: as tools write it. odd: legal, or taken by some loaders. hostile: made to be read in two ways. */
  readonly family: 'honest' | 'odd' | 'hostile';
  readonly make: (rng: SeededRandom) => Buffer | Promise<Buffer>;
}
