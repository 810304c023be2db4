/**
 * Which blobs of a store were seen to be what they are called, with what the system said of each file then: as long as it says the
 * same, the bytes are not read again to find out whether they are there. Told as the cache tells files (`sources/file-identity.ts`): one
 * that was written within the last tick of the clock, of whatever file system it lies on, is not remembered, since it could
 * change unseen. A damaged list is none, and one that cannot be written costs time alone. Hostile input: whoever can write here
 * can write the blobs as well.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { OutputError } from '../../model/error.js';
import { identify } from '../../sources/file-identity.js';
import { lstatOf, placeNote, type StoreFolder } from '../store-folder.js';

const head = 'varve-known-blobs 1';
const maxListBytes = 64 * 1024 * 1024;
/** Until then a file that was just written might change without a trace, where times have nanoseconds. */
const settledMs = 60;
/** To read less again takes no longer than to wait for that. */
const worthWaitingBytes = 64 * 1024 * 1024;

/** The blobs that one store is known to have. */
export class KnownBlobs {
  readonly #store: StoreFolder;
  readonly #states: Map<Digest, string>;
  readonly #noted = new Set<Digest>();

  /** Reads what is remembered. */
  constructor(store: StoreFolder) {
    this.#store = store;
    this.#states = readStates(store);
  }

  /** Whether the file of a blob is the one that was seen to be right. */
  isKnown(digest: Digest): boolean {
    const known = this.#states.get(digest);
    return known !== undefined && known === identify(this.#store.blobPath(digest))?.text;
  }

  /** Remembers a blob that was just seen to be right. */
  note(digest: Digest): void {
    this.#noted.add(digest);
  }

  /** Keeps what is to be remembered, as far as there is room for it. */
  async keep(): Promise<void> {
    if (this.#noted.size === 0) return;
    if (this.#unsettledBytes() >= worthWaitingBytes) await delay(settledMs);
    for (const digest of this.#noted) {
      const identity = identify(this.#store.blobPath(digest));
      if (identity?.settled === true) this.#states.set(digest, identity.text);
      else this.#states.delete(digest);
    }
    this.#noted.clear();
    const lines = [...this.#states].filter(([digest]) => identify(this.#store.blobPath(digest)) !== null);
    try {
      placeNote(this.#store, this.#store.knownPath, [head, ...lines.map((line) => line.join(' ')), ''].join('\n'));
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
    }
  }

  #unsettledBytes(): number {
    let sizeBytes = 0;
    for (const digest of this.#noted) {
      const path = this.#store.blobPath(digest);
      if (identify(path)?.settled === false) sizeBytes += lstatOf(path)?.size ?? 0;
    }
    return sizeBytes;
  }
}

function readStates({ knownPath }: StoreFolder): Map<Digest, string> {
  const states = new Map<Digest, string>();
  try {
    if (!lstatSync(knownPath).isFile() || lstatSync(knownPath).size > maxListBytes) return states;
    const [first, ...lines] = readFileSync(knownPath, 'utf8').split('\n');
    // It is written anew when there is something to remember; whoever only looks changes nothing.
    if (first !== head || lines.at(-1) !== '') return states;
    for (const line of lines) {
      const [word = '', ...rest] = line.split(' ');
      const digest = tryParseDigest(word);
      if (digest !== null) states.set(digest, rest.join(' '));
    }
  } catch {
    // Then nothing is known.
  }
  return states;
}
