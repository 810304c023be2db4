/** What the steps of healing one archive work with. */
import type { Engine } from '../../observe/hasher.js';
import type { DamagedArchive } from './damaged-archive.js';
import type { SourceBodies } from './source-bodies.js';

export interface Healing {
  readonly damaged: DamagedArchive;
  readonly sources: SourceBodies;
  readonly engine: Engine;
}
