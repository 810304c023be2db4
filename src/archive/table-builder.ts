/**
 * Turns the entries of a tar into its entry table and closes the account of every byte: what is body, header, padding,
 * end blocks and what follows them. A plain archive and a streamed one end here, so that both give the same table and
 * the same findings. Hostile input: the number of entries and the bytes of their names are limited.
 */
import { type Finding, finding } from '../model/finding.js';
import { FindingList } from '../model/finding-list.js';
import { type Limits, limitMessage } from '../model/limits.js';
import { type ArchiveEntry, normalizeName, type SparseContent, type TarIndex } from './entry-table.js';
import { SparseBudget, type SparseLimits } from './tar/sparse-budget.js';
import { paddingOf, type TarCursor, type TarProblem } from './tar/tar-cursor.js';
import { disagreementText } from './tar/tar-disagreements.js';
import type { TarEntry } from './tar/tar-entry.js';
import type { TarFeed } from './tar/tar-feed.js';
import { blockBytes } from './tar/tar-header.js';

/** What one table may hold. */
export type TableLimits = SparseLimits & Pick<Limits, 'entries' | 'entryNamesBytes' | 'entryNameBytes' | 'findings'>;

/** How only folders are called. */
const folderName = /(?:^|\/)\.?$/;

function isNoFolder({ type, sizeBytes }: TarEntry): boolean {
  return type === 'file' || type === 'symlink' || type === 'link' || (type === 'directory' && sizeBytes > 0);
}

/** Collects entries and closes the account of every byte of one tar. */
export class TableBuilder {
  readonly entries: ArchiveEntry[] = [];
  /** The limit that the last entry went beyond, or null; nothing may be added after it. */
  overflow: TarProblem | null = null;
  readonly #cursor: TarCursor;
  readonly #limits: TableLimits;
  readonly #findings: Finding[] = [];
  readonly #oddNames: FindingList;
  readonly #sparse: SparseBudget;
  #headerBytesBefore = 0;
  #paddingBytes = 0;
  #nameBytes = 0;

  constructor(cursor: TarCursor, limits: TableLimits) {
    this.#cursor = cursor;
    this.#limits = limits;
    this.#oddNames = new FindingList(limits.findings, null);
    this.#sparse = new SparseBudget(limits);
  }

  /** Adds an entry whose body starts at that offset; returns where the next header is. `totalBytes`: of the archive, where known. */
  add(entry: TarEntry, dataOffsetBytes: number, totalBytes: number): number {
    const storedBytes = Math.min(entry.sizeBytes, totalBytes - dataOffsetBytes);
    const padding = Math.min(paddingOf(entry.sizeBytes), totalBytes - dataOffsetBytes - storedBytes);
    this.#paddingBytes += padding;
    this.entries.push({
      index: this.entries.length,
      sourceIndex: this.entries.length,
      name: normalizeName(entry.name),
      type: entry.type,
      linkName: entry.linkName,
      offsetBytes: entry.offsetBytes,
      dataOffsetBytes,
      sizeBytes: entry.sizeBytes,
      storedBytes,
      structureBytes: { headerBytes: this.#cursor.headerBytes - this.#headerBytesBefore, paddingBytes: padding },
      location: null,
      ...(entry.sparse === undefined ? null : { sparse: this.#admit(entry, entry.sparse) }),
    });
    this.#headerBytesBefore = this.#cursor.headerBytes;
    if (folderName.test(entry.name) && isNoFolder(entry)) this.#noteFolderName(entry);
    this.#watch(entry);
    return dataOffsetBytes + storedBytes + padding;
  }

  #noteFolderName({ name, type, sizeBytes, offsetBytes }: TarEntry): void {
    const what = type === 'directory' ? `an entry of ${sizeBytes} bytes` : `a ${type}`;
    const message = `${what} under the name of a folder: to docker and containerd it is one of the name without the slash, to GNU tar and Python a folder, and skopeo and crane do not find it`;
    this.#oddNames.add(finding('entry-ambiguous', message, { subject: name, offsetBytes }));
  }

  #admit(entry: TarEntry, given: SparseContent): SparseContent {
    const sparse = this.#sparse.admit(given, entry.sizeBytes);
    const at = { subject: normalizeName(entry.name), offsetBytes: entry.offsetBytes };
    if (given.refusal === null && sparse.refusal !== null) {
      this.#findings.push(finding('limit-exceeded', sparse.refusal, at));
    }
    if (sparse.form === 'gnu') {
      const message =
        'the file is stored as an entry of type S (GNU sparse): docker, and podman in an OCI archive, refuse the archive, containerd passes over the entry, skopeo and crane read it';
      this.#findings.push(finding('entry-form-refused', message, at));
    }
    return sparse;
  }

  #watch(entry: TarEntry): void {
    const { entries, entryNamesBytes, entryNameBytes } = this.#limits;
    const linkBytes = entry.linkName?.length ?? 0;
    this.#nameBytes += entry.name.length + linkBytes;
    let detail: string | null = null;
    if (this.entries.length > entries) detail = limitMessage('entries', entries, 'the archive has more');
    else if (entry.name.length > entryNameBytes || linkBytes > entryNameBytes)
      detail = limitMessage('entryNameBytes', entryNameBytes, 'a name or link target has more bytes');
    else if (this.#nameBytes > entryNamesBytes)
      detail = limitMessage('entryNamesBytes', entryNamesBytes, 'the names have more bytes');
    else detail = this.#sparse.tooManyPieces;
    if (detail !== null) this.overflow = { code: 'limit-exceeded', detail, offsetBytes: entry.offsetBytes };
  }

  /** Closes the table of a tar that came as a stream and has ended, wherever that is. */
  closeFeed(feed: TarFeed): TarIndex {
    const total = feed.positionBytes;
    this.#fitLast(total);
    if (feed.problem !== null) return this.damaged(feed.problem, total);
    if (feed.ended) return this.end(total - feed.afterEnd.sizeBytes, total, !feed.afterEnd.data);
    return this.cut(feed.unfinishedAtBytes, total);
  }

  /** Fits the last entry to the real end, which was not known when it was added. */
  #fitLast(totalBytes: number): void {
    const last = this.entries.at(-1);
    if (last === undefined) return;
    const available = totalBytes - last.dataOffsetBytes;
    const storedBytes = Math.min(last.sizeBytes, available);
    const paddingBytes = Math.min(last.structureBytes.paddingBytes, available - storedBytes);
    this.#paddingBytes -= last.structureBytes.paddingBytes - paddingBytes;
    this.entries[last.index] = { ...last, storedBytes, structureBytes: { ...last.structureBytes, paddingBytes } };
  }

  /** Two zero blocks were seen; `restIsZero`: the rest is no longer than a record's padding and all zeros. */
  end(atBytes: number, totalBytes: number, restIsZero: boolean): TarIndex {
    const rest = totalBytes - atBytes;
    if (!restIsZero) {
      const message = `${rest} bytes follow the end blocks of the archive`;
      this.#findings.push(finding('trailing-bytes', message, { offsetBytes: atBytes }));
    }
    const endBytes = 2 * blockBytes + (restIsZero ? rest : 0);
    return this.#index(totalBytes, { endBytes, trailingBytes: restIsZero ? 0 : rest }, false);
  }

  /** The archive ends without end blocks: at an entry's boundary, or inside one, whose unfinished header is at that offset. */
  cut(atBytes: number, totalBytes: number): TarIndex {
    const last = this.entries.at(-1);
    const inBody = last !== undefined && last.storedBytes < last.sizeBytes;
    const endBytes = this.#cursor.afterZeroBlock ? blockBytes : 0;
    const rest = totalBytes - this.#structuredBytes() - endBytes;
    const partial = this.#cursor.pending || rest > 0;
    if (!inBody && !partial) {
      if (totalBytes > 0) {
        const message = 'the archive ends without the two zero blocks that close a tar';
        this.#findings.push(finding('end-blocks-missing', message, { offsetBytes: totalBytes }));
      }
      return this.#index(totalBytes, { endBytes, trailingBytes: 0 }, false);
    }
    const whole = this.entries.at(inBody ? -2 : -1);
    const where = inBody ? `inside the entry ${last.name}` : `inside the header at ${atBytes}`;
    this.#findings.push(
      finding('archive-truncated', `the archive is cut ${where}; the last whole entry is ${whole?.name ?? 'none'}`, {
        subject: inBody ? last.name : null,
        ...(inBody ? { expected: `${last.sizeBytes} bytes`, actual: `${last.storedBytes} bytes` } : {}),
        offsetBytes: totalBytes,
      }),
    );
    return this.#index(totalBytes, { endBytes, trailingBytes: rest }, true);
  }

  /** A header cannot be read, or a limit was reached: everything after it is out of reach. */
  damaged(problem: TarProblem, totalBytes: number): TarIndex {
    const { code, detail, offsetBytes } = problem;
    this.#findings.push(finding(code, `${detail}; nothing after it was read`, { offsetBytes }));
    const endBytes = this.#cursor.afterZeroBlock ? blockBytes : 0;
    return this.#index(totalBytes, { endBytes, trailingBytes: totalBytes - this.#structuredBytes() - endBytes }, false);
  }

  #structuredBytes(): number {
    return this.entries.reduce((sum, entry) => sum + entry.storedBytes, this.#cursor.headerBytes + this.#paddingBytes);
  }

  #index(tarBytes: number, end: { endBytes: number; trailingBytes: number }, truncated: boolean): TarIndex {
    const { irregularity, disagreements, headerBytes } = this.#cursor;
    if (irregularity !== null) {
      const { code, detail, offsetBytes } = irregularity;
      this.#findings.push(finding(code, detail, { offsetBytes }));
    }
    for (const disagreement of disagreements.list()) {
      // Nobody unpacks the archive itself: whom its entries belong to is of no use.
      if (disagreement.kind === 'owner') continue;
      const { name, offsetBytes } = disagreement;
      this.#findings.push(finding('readers-disagree', disagreementText(disagreement), { subject: name, offsetBytes }));
    }
    const overhead = { headerBytes, paddingBytes: this.#paddingBytes, ...end };
    const findings = [...this.#findings, ...this.#oddNames.all()];
    return { entries: this.entries, overhead, tarBytes, truncated, findings };
  }
}
