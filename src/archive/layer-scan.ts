/**
 * The tar inside a layer, looked at while its bytes are hashed: is it well formed, how many entries, does a path come
 * twice (the OCI spec forbids it, layer.md "File Types" and "Change Types"), does it end as a tar should, which users does it
 * name. Other bodies are skipped, unless a listener wants them. A layer's tar ends at its first two zero blocks.
 */
import type { Limits } from '../model/limits.js';
import { AccountScan } from './account-scan.js';
import { type LayerTar, normalizeName } from './entry-table.js';
import { PathSet } from './path-set.js';
import { type Disagreement, disagreementText } from './tar/tar-disagreements.js';
import type { TarEntry } from './tar/tar-entry.js';
import { TarFeed, type TarFeedHandler } from './tar/tar-feed.js';
import type { UsualHeader } from './tar/usual-header.js';

/** What wants to know of every entry of a layer, and of the bodies of those for which `entry` returns true. */
export type LayerListener = Pick<TarFeedHandler, 'body' | 'zeros' | 'bodyEnd'> & { entry(entry: TarEntry): boolean };

export class LayerScan implements TarFeedHandler {
  readonly #feed: TarFeed;
  readonly #listener: LayerListener | null;
  readonly #paths: PathSet;
  #entries = 0;
  #duplicatePath: string | null = null;
  #pathsUnchecked = false;
  readonly #accounts = new AccountScan();
  /** Who wants the body of the current entry. */
  #bodyOfAccounts = false;
  #bodyOfListener = false;

  /** A listener gets entries with their attributes. */
  constructor(limits: Pick<Limits, 'layerPaths' | 'extendedHeaderBytes'>, listener: LayerListener | null = null) {
    this.#feed = new TarFeed('latin1', this, limits.extendedHeaderBytes, listener !== null);
    this.#listener = listener;
    this.#paths = new PathSet(limits.layerPaths);
  }

  push(bytes: Buffer): void {
    this.#feed.push(bytes);
  }

  entry(entry: TarEntry): boolean {
    this.#entries++;
    if (this.#duplicatePath === null && !this.#pathsUnchecked) this.#watchPath(entry);
    this.#bodyOfAccounts = this.#accounts.entry(entry);
    this.#bodyOfListener = this.#listener?.entry(entry) ?? false;
    return this.#bodyOfAccounts || this.#bodyOfListener;
  }

  pass(header: UsualHeader): void {
    this.#entries++;
    if (this.#duplicatePath !== null || this.#pathsUnchecked) return;
    const seen = this.#paths.addHash(header.nameLow, header.nameHigh);
    const folder = header.isFolder ? this.#paths.addHash(header.folderLow, header.folderHigh) : 'new';
    if (seen === 'known' && folder === 'new') this.#duplicatePath = header.name;
    this.#pathsUnchecked = seen === 'full' || folder === 'full';
  }

  #watchPath(entry: TarEntry): void {
    const name = normalizeName(entry.name);
    const seen = this.#paths.add(name);
    // Real builders repeat folders; one that takes the place of a file, or gives it up to one, is a repeated path.
    const folder = entry.type === 'directory' ? this.#paths.add(`${name}/`) : 'new';
    if (seen === 'known' && folder === 'new') this.#duplicatePath = Buffer.from(name, 'latin1').toString('utf8');
    this.#pathsUnchecked = seen === 'full' || folder === 'full';
  }

  body(bytes: Buffer): void {
    if (this.#bodyOfAccounts) this.#accounts.body(bytes);
    if (this.#bodyOfListener) this.#listener?.body(bytes);
  }

  zeros(sizeBytes: number): void {
    this.#listener?.zeros(sizeBytes);
  }

  bodyEnd(): void {
    if (this.#bodyOfAccounts) this.#accounts.bodyEnd();
    if (this.#bodyOfListener) this.#listener?.bodyEnd();
  }

  /** The verdict, once all bytes were pushed. */
  finish(): LayerTar {
    const feed = this.#feed;
    const accounts = this.#accounts.finish();
    return {
      entries: this.#entries,
      problem: this.#problem(),
      disagreements: feed.cursor.disagreements.list().map(describe),
      duplicatePath: this.#duplicatePath,
      pathsUnchecked: this.#pathsUnchecked,
      endBlocks: feed.ended,
      trailingData: feed.afterEnd.data,
      ...(accounts === null ? null : { accounts }),
    };
  }

  #problem(): LayerTar['problem'] {
    const feed = this.#feed;
    const { detail, offsetBytes } = feed.problem ?? feed.cursor.irregularity ?? { detail: null, offsetBytes: 0 };
    if (detail !== null) return { detail, offsetBytes };
    if (feed.atBoundary) return null;
    const missing = feed.missingBodyBytes;
    return {
      detail: missing > 0 ? `${missing} bytes of its last file are missing` : 'it ends inside a header',
      offsetBytes: feed.positionBytes,
    };
  }
}

function describe(disagreement: Disagreement): LayerTar['disagreements'][number] {
  const { name, offsetBytes } = disagreement;
  const where = name === null ? '' : `${JSON.stringify(name)}: `;
  return { detail: where + disagreementText(disagreement), offsetBytes };
}
