/**
 * The forms that the layers of a pack get, found out before anything is planned to the byte: the smallest that the set has,
 * proven to be the layer that its place asks for, or a new one that is made of any copy. What was found out holds for as many
 * plans as it takes. What is made lies in a folder of its own until the pack is written.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BodyPlace } from '../../content/copy-body.js';
import { discard } from '../../content/disk.js';
import { guarded, temporaryBeside } from '../../content/new-output.js';
import { type RecodedBody, recodeBodies } from '../../content/recode-bodies.js';
import { Spool } from '../../content/spool.js';
import type { Digest } from '../../model/digest.js';
import type { Limits } from '../../model/limits.js';
import type { Engine } from '../../observe/hasher.js';
import type { LayerForm } from '../../observe/observation.js';
import { fileAt, isLocal } from '../../sources/location.js';
import type { Copy } from '../stored-content.js';
import type { LayerInForms, StoredLayer } from './layer-forms.js';
import { isLayerCompression } from './layer-types.js';
import type { NewLayer } from './new-documents.js';

/** How the layers of a pack are to be stored. */
export interface RecodeRequest {
  readonly form: 'smallest' | 'none' | 'gzip' | 'zstd';
  /** Of `gzip` and `zstd`; else null. */
  readonly level: number | null;
  /** Leave out what may be a signature and fits no longer, instead of writing nothing. */
  readonly dropSignatures: boolean;
}

export interface RecoderSettings {
  /** Path of the pack; null where none is written, and only digests and sizes are wanted. */
  readonly output: string | null;
  readonly engine: Engine;
  readonly limits: Limits;
  readonly workers: number | null;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((doneBytes: number, totalBytes: number, path: string) => void) | null;
}

const plain: LayerForm = { compression: 'none', level: 0 };

/** Finds out forms; to be closed. */
export class LayerRecoder {
  /** What was made, by its digest. */
  readonly bodies = new Map<Digest, Copy>();
  readonly #request: RecodeRequest;
  readonly #settings: RecoderSettings;
  /** By diffID; null where each image keeps its own. */
  readonly #forms = new Map<Digest, NewLayer | null>();
  /** Why a layer can be made of no copy, by diffID. */
  readonly #failures = new Map<Digest, string>();
  /** Stored forms that are not what they should be. */
  readonly #refused = new Set<Digest>();
  #folder: string | null = null;
  #spool: Spool | null = null;

  constructor(request: RecodeRequest, settings: RecoderSettings) {
    this.#request = request;
    this.#settings = settings;
  }

  /** The forms of these layers by diffID, and why others have none. Throws VarveError `interrupted`, OutputError. */
  async formsOf(
    layers: readonly LayerInForms[],
  ): Promise<{ readonly forms: ReadonlyMap<Digest, NewLayer>; readonly failures: ReadonlyMap<Digest, string> }> {
    const open = layers.filter(({ diffId }) => !this.#forms.has(diffId) && !this.#failures.has(diffId));
    if (this.#request.form === 'smallest') await this.#choose(open);
    else await this.#make(open, this.#request.form);
    const asked = new Set(layers.map(({ diffId }) => diffId));
    return {
      forms: new Map([...this.#forms].flatMap(([diffId, form]) => (form === null ? [] : [[diffId, form] as const]))),
      failures: new Map([...this.#failures].filter(([diffId]) => asked.has(diffId))),
    };
  }

  /** Takes back a form whose copies are not what they should be; false where there is nothing else to be had. */
  refuse(digest: Digest): boolean {
    if (this.#refused.has(digest)) return false;
    this.#refused.add(digest);
    const users = [...this.#forms].filter(([, form]) => form?.digest === digest && !this.bodies.has(digest));
    for (const [diffId] of users) this.#forms.delete(diffId);
    return users.length > 0;
  }

  /** Removes what was made. */
  close(): void {
    this.#spool?.close();
    if (this.#folder !== null) discard(this.#folder);
    this.#folder = null;
  }

  async #choose(layers: readonly LayerInForms[]): Promise<void> {
    for (let open = layers; open.length > 0; ) {
      const unproven: { layer: LayerInForms; form: StoredLayer }[] = [];
      for (const layer of open) {
        const [form] = candidatesOf(layer, this.#refused);
        if (form === undefined || layer.forms.length < 2) this.#forms.set(layer.diffId, null);
        else if (form.isProven) this.#settle(layer, form);
        else unproven.push({ layer, form });
      }
      const proofs = await this.#recoded(
        unproven.map(({ layer: { diffId }, form: { copies } }) => ({ diffId, copies })),
        plain,
      );
      for (const { layer, form } of unproven) {
        if (proofs.get(layer.diffId)?.ok === true) this.#settle(layer, form);
        else this.#refused.add(form.digest);
      }
      open = unproven.map(({ layer }) => layer).filter(({ diffId }) => !this.#forms.has(diffId));
    }
  }

  #settle({ diffId }: LayerInForms, { digest, sizeBytes, compression }: StoredLayer): void {
    if (isLayerCompression(compression)) this.#forms.set(diffId, { digest, sizeBytes, compression });
  }

  async #make(layers: readonly LayerInForms[], compression: LayerForm['compression']): Promise<void> {
    const open: LayerInForms[] = [];
    for (const layer of layers) {
      const stored = layer.forms.find(({ digest }) => digest === layer.diffId && !this.#refused.has(digest));
      if (compression === 'none' && stored !== undefined) this.#settle(layer, { ...stored, compression });
      else open.push(layer);
    }
    const form = { compression, level: this.#request.level ?? 0 };
    const made = await this.#recoded(
      open.map(({ diffId, forms }) => ({ diffId, copies: copiesOf(diffId, forms) })),
      form,
      this.#settings.output,
    );
    for (const [diffId, body] of made) {
      if (!body.ok) {
        this.#failures.set(diffId, body.reason);
        continue;
      }
      const { digest, sizeBytes, path } = body;
      this.#forms.set(diffId, { digest, sizeBytes, compression });
      if (path !== null) this.bodies.set(digest, copyAt(path, sizeBytes));
    }
  }

  /** Recodes what can be read by position, and then, after unpacking them, archives that are compressed as a whole. */
  async #recoded(
    layers: readonly { readonly diffId: Digest; readonly copies: readonly Copy[] }[],
    form: LayerForm,
    output: string | null = null,
  ): Promise<Map<Digest, RecodedBody>> {
    const { engine, limits, workers, signal, onProgress } = this.#settings;
    const folder = output === null || layers.length === 0 ? null : this.#ownFolder();
    const settings = { form, folder, engine, limits, workers, signal, onProgress };
    const atHand = layers.map(({ diffId, copies }) => ({ diffId, places: copies.flatMap(placeAtHand) }));
    const results = await recodeBodies(atHand, settings);
    const left = layers.filter(
      ({ diffId, copies }) => results.get(diffId)?.ok === false && copies.some(({ outer }) => outer !== 'none'),
    );
    if (left.length === 0) return results;
    const unpacked = await this.#unpacked(left.flatMap(({ copies }) => copies));
    const again = left.map(({ diffId, copies }) => ({
      diffId,
      places: copies.flatMap((copy) => unpacked.get(copy) ?? []),
    }));
    for (const [diffId, body] of await recodeBodies(again, settings)) results.set(diffId, body);
    return results;
  }

  /** Where bodies of archives that are compressed as a whole can be read by position. */
  async #unpacked(copies: readonly Copy[]): Promise<ReadonlyMap<Copy, BodyPlace & { archive: number }>> {
    const spool = this.#spool ?? new Spool(join(this.#ownFolder(), 'unpacked'));
    this.#spool = spool;
    const packed = copies.flatMap((copy) => {
      const { outer, location, entry } = copy;
      if (outer === 'none' || !isLocal(location)) return [];
      const { dataOffsetBytes: offsetBytes, storedBytes } = entry;
      return [{ copy, location, codec: outer, offsetBytes, storedBytes }];
    });
    const starts = await spool.take(packed, this.#settings.signal);
    return new Map(
      [...starts].map(([{ copy }, offsetBytes]) => {
        const { sizeBytes, archive, entry } = copy;
        const { sparse } = entry;
        const place = { location: spool.location, offsetBytes, sizeBytes, archive };
        return [copy, sparse === undefined ? place : { ...place, sparse }];
      }),
    );
  }

  #ownFolder(): string {
    const { output } = this.#settings;
    this.#folder ??=
      output === null
        ? mkdtempSync(join(tmpdir(), 'varve-'))
        : guarded(output, () => {
            const folder = temporaryBeside(output);
            mkdirSync(folder, 0o700);
            return folder;
          });
    return this.#folder;
  }
}

/** The forms that may stand for all others, the smallest first. */
function candidatesOf({ forms }: LayerInForms, refused: ReadonlySet<Digest>): StoredLayer[] {
  return forms.filter(({ digest, compression }) => isLayerCompression(compression) && !refused.has(digest));
}

/** What is not compressed first: that takes least. */
function copiesOf(diffId: Digest, forms: readonly StoredLayer[]): Copy[] {
  const effort = ({ digest, compression }: StoredLayer): number =>
    digest === diffId ? 0 : compression === 'zstd' ? 1 : 2;
  return [...forms].sort((a, b) => effort(a) - effort(b)).flatMap(({ copies }) => copies);
}

function placeAtHand({ entry, location, outer, sizeBytes, archive }: Copy): (BodyPlace & { archive: number })[] {
  if (outer !== 'none') return [];
  const { dataOffsetBytes: offsetBytes, sparse } = entry;
  return [{ location, offsetBytes, sizeBytes, archive, ...(sparse === undefined ? null : { sparse }) }];
}

/** A body that is a file by itself, as archives have theirs. */
function copyAt(path: string, sizeBytes: number): Copy {
  return {
    path,
    sizeBytes,
    archive: 0,
    location: fileAt(path),
    outer: 'none',
    document: null,
    entry: {
      index: 0,
      sourceIndex: 0,
      name: path,
      type: 'file',
      linkName: null,
      offsetBytes: 0,
      dataOffsetBytes: 0,
      sizeBytes,
      storedBytes: sizeBytes,
      structureBytes: { headerBytes: 0, paddingBytes: 0 },
      location: null,
    },
  };
}
