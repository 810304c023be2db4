/**
 * Writes entries as a tar with tar-stream, an implementation that is not ours, so that normal archives do not depend on the
 * builder's own idea of a tar header. The variants that tar-stream has no option for (prefixes, end blocks, trailing bytes)
 * are made on the list before it or on the bytes behind it. GNU long names go through the hand-made writer.
 */
import { type Pack, pack } from 'tar-stream';
import type { Entry } from './archive-entry.js';
import { rawTar, type TarEnd, tarEnd } from './raw-tar.js';

const TAR_STREAM_END_BYTES = 1024;

/** How the tar is written. */
export interface TarOptions extends TarEnd {
  /** Stands before every name and hard link target: `./` as `tar c .` writes, `/` as nix does. */
  readonly prefix?: string;
  /** `auto`: a PAX header where a name needs one; `pax`: on every entry; `gnu`: GNU long names. Default: auto. */
  readonly longNames?: 'auto' | 'pax' | 'gnu';
  /** Seconds since 1970 for every entry. Default: each entry's own. */
  readonly mtime?: number;
}

/** The bytes of a tar of these entries, in their order. */
export async function tar(entries: readonly Entry[], options: TarOptions = {}): Promise<Buffer> {
  const { prefix = '', longNames = 'auto', mtime } = options;
  const written = entries.map((entry) => ({
    ...entry,
    name: prefix + entry.name,
    ...(entry.type === 'link' ? { linkname: prefix + (entry.linkname ?? '') } : {}),
    mtime: mtime ?? entry.mtime ?? 0,
  }));
  if (longNames === 'gnu') {
    return rawTar(
      written.map((entry) => ({ ...entry, format: 'gnu' as const, longNames })),
      options,
    );
  }
  const packer = pack();
  for (const entry of written) addEntry(packer, entry, longNames === 'pax');
  packer.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packer) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  const body = whole.subarray(0, whole.length - TAR_STREAM_END_BYTES);
  return Buffer.concat([body, tarEnd(body.length, options)]);
}

function addEntry(packer: Pack, entry: Entry & { readonly mtime: number }, pax: boolean): void {
  const header = {
    name: entry.name,
    type: entry.type ?? 'file',
    mode: entry.mode ?? (entry.type === 'directory' ? 0o755 : 0o644),
    mtime: new Date(entry.mtime * 1000),
    ...(entry.linkname === undefined ? {} : { linkname: entry.linkname }),
    ...(pax ? { pax: {} } : {}),
  };
  if (header.type === 'file') packer.entry(header, entry.content);
  else packer.entry(header);
}
