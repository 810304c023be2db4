/** What varve info says, as docker system info lays it out: a word and what it is, in groups. */
import type { Info } from '../../model/results/store/info.js';
import { type Block, gap, heading, line, span } from '../blocks/document.js';
import { formatBytes, formatCount, plural } from '../blocks/units.js';

type Row = readonly [name: string, value: string];

/** Every group; the limits last, since there are many. */
export function infoText(info: Info): Block[] {
  const { limits } = info;
  const groups: readonly (readonly [string, readonly Row[]])[] = [
    ['Program', programRows(info)],
    ['Store', storeRows(info.store)],
    ['Cache', cacheRows(info)],
    ['Limits', limits.map(({ name, value, usual }) => [name, limitText(value, usual)])],
  ];
  return groups.flatMap(([title, rows], i) => [...(i === 0 ? [] : [gap]), heading(title), ...rowBlocks(rows)]);
}

function rowBlocks(rows: readonly Row[]): Block[] {
  return rows.map(([name, value]) => line([span(`${name}: `, 'dim'), span(value)], 2));
}

function programRows({ version, node, platform, zlib, zstd, hashing, codecs, workers }: Info): Row[] {
  return [
    ['Version', version],
    ['Node', `${node} (${platform})`],
    ['zlib', zlib ?? 'unknown'],
    ['zstd', zstd ?? 'none in this Node: WebAssembly'],
    ['Hashing', `${hashing.engine} (of ${hashing.engines.join(', ')})`],
    ...codecs.map(
      ({ codec, implementation, encodes }): Row => [codec, `${implementation}${encodes ? ', also written' : ''}`],
    ),
    ['Workers', `${workers.used} (${plural(workers.processors, 'processor')})`],
  ];
}

function storeRows(store: Info['store']): Row[] {
  const place: Row[] = [
    ['Path', store.path],
    ['From', store.from === 'user' ? 'the data folder of the user' : store.from === 'option' ? '--store' : store.from],
    ['File system', `${store.fileSystem ?? 'unknown'}${freeText(store.freeBytes)}`],
  ];
  if (store.state !== 'store') return [...place, ['State', store.reason ?? store.state]];
  return [
    ...place,
    ['Format', store.format ?? 'unknown'],
    ...(store.reason === null ? [] : [['Index', store.reason] as const]),
    ['Images', `${countText(store.images)}, ${plural(store.names ?? 0, 'name')}`],
    ['Blobs', `${formatCount(store.blobs)}, ${formatBytes(store.blobBytes)}`],
    ['Lock', lockText(store.lock)],
    ['Quarantine', filesText(store.quarantine)],
    ['Unfinished', filesText(store.uploads)],
    ['Kept for a full disk', store.ballastBytes === null ? 'nothing' : formatBytes(store.ballastBytes)],
  ];
}

function freeText(freeBytes: number | null): string {
  return freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free`;
}

function countText(count: number | null): string {
  return count === null ? 'unknown' : formatCount(count);
}

function lockText(lock: Info['store']['lock']): string {
  if (lock === null) return 'free';
  if (lock.isGone) return `left by ${lock.holder}, which is gone; the next writer takes it over`;
  return `held by ${lock.holder}${lock.since === null ? '' : ` since ${lock.since}`}`;
}

function filesText({ files, bytes }: Info['store']['quarantine']): string {
  return files === 0 ? 'nothing' : `${plural(files, 'file')}, ${formatBytes(bytes)}`;
}

function cacheRows({ cache }: Info): Row[] {
  if (cache === null) return [['Path', 'none; --cache DIR keeps what was observed']];
  return [
    ['Path', cache.path],
    ['Entries', formatCount(cache.entries)],
    ['Size', `${formatBytes(cache.bytes)} of ${formatBytes(cache.limitBytes)}`],
  ];
}

function limitText(value: number, usual: number): string {
  return value === usual ? formatCount(value) : `${formatCount(value)} (by --max; else ${formatCount(usual)})`;
}
