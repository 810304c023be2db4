/**
 * The probes of a layer. A job names those that it wants; what they found lies in its observation under the same names,
 * plain data that travels between threads. Each is bounded by itself, and one that gives up says why.
 */
import type { LayerListener } from '../archive/layer-scan.js';
import type { TarEntry } from '../archive/tar/tar-entry.js';
import { FileLister } from './file-lister.js';
import type { ProbeName, ProbeResults } from './observation.js';
import type { LayerProbe } from './probe.js';
import type { WorkContext } from './work-context.js';

const openers: { readonly [Name in ProbeName]: (context: WorkContext) => LayerProbe<ProbeResults[Name]> } = {
  files: (context) => new FileLister(context),
};

/** The probes of one layer as one listener. */
export class LayerProbes implements LayerListener {
  readonly #probes: readonly (readonly [ProbeName, LayerProbe<ProbeResults[ProbeName]>])[];
  /** Those that want the body at hand. */
  #listening: readonly LayerListener[] = [];

  constructor(names: readonly ProbeName[], context: WorkContext) {
    this.#probes = names.map((name) => [name, openers[name](context)]);
  }

  entry(entry: TarEntry): boolean {
    this.#listening = this.#probes.flatMap(([, probe]) => (probe.entry(entry) ? probe : []));
    return this.#listening.length > 0;
  }

  body(bytes: Buffer): void {
    for (const probe of this.#listening) probe.body(bytes);
  }

  zeros(sizeBytes: number): void {
    for (const probe of this.#listening) probe.zeros(sizeBytes);
  }

  bodyEnd(): void {
    for (const probe of this.#listening) probe.bodyEnd();
  }

  finish(doubt: string | null): Partial<ProbeResults> {
    return Object.fromEntries(this.#probes.map(([name, probe]) => [name, probe.finish(doubt)]));
  }
}
