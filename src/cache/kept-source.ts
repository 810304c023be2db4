/**
 * What earlier runs observed of one source (an archive, or the files of a layout), and what this one adds. An answer is
 * given only for a file that is the same by its identity as when it was read; that is looked at when the source is
 * opened, before any of its bytes are read, and once more at the end. Only observations are kept: claims are read and
 * compared anew in every run.
 */

import {
  type CachedPass,
  type CachedSource,
  cacheVersion,
  parseCachedSource,
} from '../model/results/cache-document.js';
import type { Engine } from '../observe/hasher.js';
import type { BlobObservation, BlobRequest, StreamObservation } from '../observe/observation.js';
import { type FileIdentity, identify } from '../sources/file-identity.js';
import type { LayerFacts } from '../threads/shared-facts.js';
import type { CacheFolder } from './cache-folder.js';
import type { CachedContents } from './cached-contents.js';
import type { SourceMemory } from './memory.js';

/** Observations beyond this are too many to be kept for one source. */
const maxBodies = 50_000;
/** All documents of one pass that are kept. */
const maxDocumentsBytes = 4 * 1024 * 1024;

type KeptBody = CachedSource['files'][number]['bodies'][number];

/** One file as it was when the source was opened. */
interface KnownFile {
  readonly identity: FileIdentity;
  readonly bodies: Map<string, KeptBody>;
  pass: CachedPass | null;
  /** Whether an answer was given from what is kept of it. */
  used: boolean;
}

/** Where a source is kept, and what beside it. */
interface Keeping {
  readonly folder: CacheFolder;
  readonly engine: Engine;
  readonly contents: CachedContents;
}

export class KeptSource implements SourceMemory {
  readonly #folder: CacheFolder;
  readonly #engine: Engine;
  readonly #contents: CachedContents;
  readonly #name: string | null;
  readonly #kept: ReadonlyMap<string, CachedSource['files'][number]>;
  readonly #files = new Map<string, KnownFile | null>();
  #changed = false;

  /** Reads what is kept of the source at this path. */
  constructor(path: string, { folder, engine, contents }: Keeping) {
    this.#folder = folder;
    this.#engine = engine;
    this.#contents = contents;
    const root = identify(path);
    this.#name = root === null ? null : `source-${root.place}.json`;
    const kept = this.#name === null ? null : folder.parse(this.#name, parseCachedSource);
    const files = kept?.engine === engine ? kept.files : [];
    this.#kept = new Map(files.map((file) => [file.identity, file]));
    this.watch(path);
  }

  watch(path: string): void {
    if (this.#files.has(path)) return;
    const identity = identify(path);
    const kept = identity === null ? undefined : this.#kept.get(identity.text);
    const bodies = new Map((kept?.bodies ?? []).map((body) => [placeOf(body), body]));
    this.#files.set(path, identity === null ? null : { identity, bodies, pass: kept?.pass ?? null, used: false });
  }

  bodyOf(request: BlobRequest): BlobObservation | null {
    const file = this.#fileOf(request);
    const observation = file?.bodies.get(placeOf(request))?.observation;
    if (file == null || observation === undefined || !answers(observation, request)) return null;
    const { digests, storedBytes, compression, layer } = observation;
    const inside =
      request.layer === null
        ? { compression: null, layer: null }
        : this.#contents.complete<LayerFacts>({ compression, layer });
    if (inside === null) return null;
    file.used = true;
    return { digests, storedBytes, ...inside, cached: 'body' };
  }

  #fileOf({ location }: BlobRequest): KnownFile | null | undefined {
    return location.kind === 'file' ? this.#files.get(location.path) : null;
  }

  pass(path: string): StreamObservation | null {
    const file = this.#files.get(path);
    if (file == null || file.pass === null) return null;
    const { documents, start, ...rest } = file.pass;
    const bodies = file.pass.bodies.flatMap(({ entry, observation }) => {
      const complete = this.#contents.complete<BlobObservation>(observation);
      return complete === null ? [] : { entry, observation: complete };
    });
    if (bodies.length < file.pass.bodies.length) return null;
    file.used = true;
    return {
      ...rest,
      isTar: true,
      start: Buffer.from(start, 'base64'),
      bodies: new Map(bodies.map(({ entry, observation }) => [entry, { ...observation, cached: 'body' }])),
      documents: new Map(documents.map(({ entry, content }) => [entry, Buffer.from(content, 'base64')])),
    };
  }

  /** Keeps what this run has observed of a body. */
  keep(request: BlobRequest, observation: BlobObservation): void {
    const { digests, storedBytes, compression, layer } = this.#contents.keep(observation);
    const file = this.#fileOf(request);
    if (file == null || (layer?.ok === false && layer.limit)) return;
    const { offsetBytes, sizeBytes } = request;
    const body = { offsetBytes, sizeBytes, observation: { digests, storedBytes, compression, layer } } as KeptBody;
    file.bodies.set(placeOf(body), body);
    this.#changed = true;
  }

  /** Keeps what a pass over the whole file gave, unless a limit has ended it or it is too much. */
  keepPass(path: string, observed: StreamObservation): void {
    const file = this.#files.get(path);
    const { bodies, documents, start, isTar, failure, ...rest } = observed;
    const layers = [...bodies.values()].map(({ layer }) => layer);
    const limited = failure?.code === 'limit' || layers.some((layer) => layer?.ok === false && layer.limit);
    const documentsBytes = [...documents.values()].reduce((sum, content) => sum + content.length, 0);
    if (file == null || !isTar || limited || rest.index.entries.length > maxBodies) return;
    if (documentsBytes > maxDocumentsBytes) return;
    file.pass = {
      ...rest,
      failure,
      start: Buffer.from(start).toString('base64'),
      bodies: [...bodies].map(([entry, observation]) => ({ entry, observation: this.#contents.keep(observation) })),
      documents: [...documents].map(([entry, content]) => ({
        entry,
        content: Buffer.from(content).toString('base64'),
      })),
    } as CachedPass;
    this.#changed = true;
  }

  isStale(): boolean {
    return [...this.#files].some(([path, file]) => file?.used && identify(path)?.text !== file.identity.text);
  }

  save(): void {
    if (!this.#changed || this.#name === null) return;
    const files = [...this.#files].flatMap(([path, file]) => {
      if (file === null || !file.identity.settled || (file.bodies.size === 0 && file.pass === null)) return [];
      if (identify(path)?.text !== file.identity.text) return [];
      return { identity: file.identity.text, bodies: [...file.bodies.values()], pass: file.pass };
    });
    if (files.length === 0 || files.reduce((sum, { bodies }) => sum + bodies.length, 0) > maxBodies) return;
    const kept: CachedSource = { kind: 'varve.cached-source', version: cacheVersion, engine: this.#engine, files };
    this.#folder.write(this.#name, JSON.stringify(kept));
  }
}

function placeOf({ offsetBytes, sizeBytes }: Pick<KeptBody, 'offsetBytes' | 'sizeBytes'>): string {
  return `${offsetBytes}:${sizeBytes}`;
}

function answers({ digests, layer }: KeptBody['observation'], request: BlobRequest): boolean {
  if (!request.algorithms.every((name) => digests[name] !== undefined)) return false;
  if (request.layer === null) return true;
  return layer !== null && (!layer.ok || request.layer.every((name) => layer.diffIds[name] !== undefined));
}
