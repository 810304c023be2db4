/** What this program reads in a tar, in the words in which test/fuzz/go-tar says what Go reads: as an archive, and in a layer. */

import { hash } from 'node:crypto';
import { LayerScan } from '../../src/archive/layer-scan.js';
import { TarFeed } from '../../src/archive/tar/tar-feed.js';
import { indexTar } from '../../src/archive/tar/tar-index.js';
import { limits } from '../../src/model/limits.js';
import { memorySource } from '../helpers/byte-sources.js';

/** One entry; names in hexadecimal. */
export interface SeenEntry {
  readonly name: string;
  readonly type: string;
  readonly link: string;
  readonly size: number;
  readonly body: string;
}

/** What Go reads. */
export interface Reading {
  readonly entries: readonly SeenEntry[];
  readonly end: 'end' | 'header' | 'cut' | 'sparse';
}

/** What we read, and whether it is said that others may read something else. */
export interface OwnReading {
  readonly entries: readonly SeenEntry[];
  /** Errors about the archive, and whether the scan of a layer has any. */
  readonly archiveErrors: readonly string[];
  readonly layerFault: boolean;
}

export function ownReading(bytes: Buffer): OwnReading {
  const entries: SeenEntry[] = [];
  let open: Omit<SeenEntry, 'body' | 'size'> | null = null;
  let pieces: Buffer[] = [];
  const close = (): void => {
    if (open === null) return;
    const body = Buffer.concat(pieces);
    entries.push({ ...open, size: body.length, body: hash('sha256', body, 'hex').slice(0, 8) });
    open = null;
  };
  const feed = new TarFeed(
    'latin1',
    {
      entry({ name, type, linkName, attributes }) {
        const flag = attributes?.typeFlag === '0' && type === 'directory' ? '5' : (attributes?.typeFlag ?? '');
        open = { name: hex(name), type: hex(flag), link: hex(linkName ?? '') };
        pieces = [];
        return true;
      },
      body: (piece) => void pieces.push(Buffer.from(piece)),
      zeros: (sizeBytes) => void pieces.push(Buffer.alloc(sizeBytes)),
      bodyEnd: close,
    },
    limits.extendedHeaderBytes,
    true,
  );
  feed.push(bytes);
  close();
  const scan = new LayerScan(limits);
  scan.push(bytes);
  const { problem, disagreements } = scan.finish();
  return {
    entries,
    archiveErrors: indexTar(memorySource(bytes), limits).findings.flatMap(({ severity, code }) =>
      severity === 'error' ? [code] : [],
    ),
    layerFault: problem !== null || disagreements.length > 0,
  };
}

/**
 * What is kept of a reading by Go: how it ends, how many entries are to be the same, and the start of their digest; then a
 * letter for each other reader that sees other entries. Where Go stops with an error, its last entry may be one that it
 * begins and we do not, or the other way round.
 */
export function answerOf({ entries, end }: Reading, others = ''): string {
  const whole = end === 'end' ? entries : entries.slice(0, -1);
  return `${end[0]}${whole.length.toString(36)}${digestOf(whole)}${others}`;
}

/** Why our reading is not the one of that answer, or null. */
export function differenceFrom(answer: string, own: OwnReading): string | null {
  const [, end, count = '', digest, others = ''] = /^(.)(.)(.{6})(.*)$/.exec(answer) ?? [];
  const entries = Number.parseInt(count, 36);
  const same = digestOf(own.entries.slice(0, entries)) === digest;
  if (end === 'e') {
    if (!same || own.entries.length !== entries) return 'other entries than Go reads';
    if (others === '') return null;
    return own.archiveErrors.length > 0 && own.layerFault
      ? null
      : `no finding says that others read other entries: ${others}`;
  }
  if (own.archiveErrors.length === 0) return 'Go stops with an error, and no finding of an archive says so';
  if (!own.layerFault) return 'Go stops with an error, and nothing says so in a layer';
  return same ? null : 'other entries before the place where Go stops';
}

function digestOf(entries: readonly SeenEntry[]): string {
  return hash('sha256', JSON.stringify(entries.map(comparable)), 'hex').slice(0, 6);
}

/** A target counts where the entry is a link. */
function comparable({ name, type, link, size, body }: SeenEntry): readonly unknown[] {
  const isLink = type === hex('1') || type === hex('2');
  return [name, type, isLink ? link : '', size, body];
}

function hex(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}
