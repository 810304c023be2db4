/**
 * The way from INPUTs in registries to archives: all that is named of one registry is one archive, since a registry stores
 * a blob once, whoever names it. Hostile input: lists of repositories and tags without an end, names that are none.
 */
import type { RemoteArchive, RemoteFound, RemoteInputs } from '../../archive/remote-archive.js';
import { interruption, messageOf, VarveError } from '../../model/error.js';
import { finding } from '../../model/finding.js';
import { type Limits, limitMessage } from '../../model/limits.js';
import { tryParseReference } from '../../model/reference.js';
import type { ByteSource } from '../../sources/byte-source.js';
import type { RegistryBlob } from '../../sources/location.js';
import { openBlob } from './blob-source.js';
import { GraphBuilder, type WantedRoot } from './graph-builder.js';
import { isRemoteInput, parseRemoteInput, type RemoteInput } from './input-names.js';
import { inLanes } from './lanes.js';
import { registryLayout } from './registry-layout.js';
import type { RegistryReader } from './registry-reader.js';

/** How registries are read. */
export interface RegistryInputSettings {
  /** Made when something is to be fetched. */
  readonly reader: () => RegistryReader;
  /** Requests at a time, 1 or more. */
  readonly parallel: number;
  /** Whether a tag, by its name in full, is wanted of all that a repository has. */
  readonly wantsTag: (name: string) => boolean;
  /** Whether each manifest is asked for what refers to it by `subject`: a request for each. */
  readonly referrers: boolean;
}

type RegistryLimits = Pick<Limits, 'registryRepositories' | 'registryTags'> & Limits;

/** Registries as INPUT. */
export function registryInputs(settings: RegistryInputSettings): RemoteInputs {
  return new RegistryInputs(settings);
}

class RegistryInputs implements RemoteInputs {
  readonly parallel: number;
  readonly #settings: RegistryInputSettings;
  #reader: RegistryReader | null = null;

  constructor(settings: RegistryInputSettings) {
    this.#settings = settings;
    this.parallel = settings.parallel;
  }

  isRemote(input: string): boolean {
    return isRemoteInput(input);
  }

  async find(
    inputs: readonly string[],
    limits: Limits,
    signal: AbortSignal | undefined,
  ): Promise<readonly RemoteFound[]> {
    const parsed = inputs.map(parseRemoteInput);
    const found: RemoteFound[] = [];
    for (const registry of new Set(parsed.map((input) => input.registry))) {
      const own = parsed.filter((input) => input.registry === registry);
      const reading = new RegistryReading(this.#open(), registry, { ...this.#settings, limits, signal });
      found.push(...(await reading.read(own)));
    }
    return found;
  }

  open(blob: RegistryBlob, sizeBytes: number): ByteSource {
    return openBlob(this.#open(), blob, sizeBytes);
  }

  #open(): RegistryReader {
    this.#reader ??= this.#settings.reader();
    return this.#reader;
  }
}

interface ReadingSettings extends RegistryInputSettings {
  readonly limits: RegistryLimits;
  readonly signal: AbortSignal | undefined;
}

/** One of the names that an input stands for. */
interface NamedRoot extends WantedRoot {
  readonly input: RemoteInput;
}

/** All that is named of one registry: first the names, then what they lead to. */
class RegistryReading {
  readonly #reader: RegistryReader;
  readonly #registry: string;
  readonly #settings: ReadingSettings;
  readonly #graph: GraphBuilder;
  readonly #refused: RemoteFound[] = [];
  readonly #wanted = new Map<string, NamedRoot>();
  /** Tags that were listed, wanted or not. */
  #listed = 0;
  /** Inputs of which something was there. */
  readonly #met = new Set<RemoteInput>();

  constructor(reader: RegistryReader, registry: string, settings: ReadingSettings) {
    this.#reader = reader;
    this.#registry = registry;
    this.#settings = settings;
    this.#graph = new GraphBuilder(reader, registry, settings);
  }

  async read(inputs: readonly RemoteInput[]): Promise<readonly RemoteFound[]> {
    for (const input of inputs) {
      if (input.kind === 'image') this.#want(input, imageOf(input));
      else await this.#listTags(input);
    }
    const { parallel } = this.#settings;
    await inLanes(this.#wanted.values(), parallel, (root) => this.#addRoot(root));
    const first = inputs.find((input) => this.#met.has(input));
    if (first === undefined) return this.#sortedRefusals();
    const unread = await this.#graph.addBelow();
    this.#checkSignal();
    // Several of one registry are one archive, which is called by what they have in common.
    const path = inputs.length === 1 ? first.path : `registry://${this.#registry}`;
    const archive: RemoteArchive = registryLayout(path, this.#graph, this.#settings.limits);
    const missed = unread.map((each): RemoteFound => ({ kind: 'refused', input: first.input, ...each }));
    return [{ kind: 'archive', input: first.input, archive }, ...this.#sortedRefusals(), ...missed];
  }

  async #listTags(input: Extract<RemoteInput, { kind: 'registry' }>): Promise<void> {
    const repositories = input.repository === null ? this.#repositories(input) : [input.repository];
    await inLanes(repositories, this.#settings.parallel, (repository) => this.#listTagsOf(input, repository));
  }

  /** Names of repositories, as far as they are some. */
  async *#repositories(input: RemoteInput): AsyncGenerator<string> {
    const { registryRepositories } = this.#settings.limits;
    let count = 0;
    try {
      for await (const repository of this.#reader.catalog(this.#registry)) {
        if (++count > registryRepositories) {
          this.#limit('registryRepositories', 'the registry lists more repositories');
          break;
        }
        if (isName(`${this.#registry}/${repository}`, this.#registry, repository)) yield repository;
        else this.#reportName('repository', repository);
      }
      this.#met.add(input);
    } catch (error) {
      this.#refuse(input, input.path, error);
    }
  }

  async #listTagsOf(input: RemoteInput, repository: string): Promise<void> {
    const { registryTags } = this.#settings.limits;
    this.#checkSignal();
    try {
      for await (const reference of this.#reader.tags({ registry: this.#registry, repository })) {
        if (++this.#listed > registryTags) {
          this.#limit('registryTags', 'the registry lists more tags');
          break;
        }
        const name = `${this.#registry}/${repository}:${reference}`;
        if (!isName(name, this.#registry, repository)) this.#reportName('tag', reference);
        else if (this.#settings.wantsTag(name)) this.#want(input, { repository, reference, name });
      }
      this.#met.add(input);
    } catch (error) {
      this.#refuse(input, `registry://${this.#registry}/${repository}`, error);
    }
  }

  #want(input: RemoteInput, root: WantedRoot): void {
    const key = `${root.repository}:${root.reference}`;
    if (!this.#wanted.has(key)) this.#wanted.set(key, { ...root, input });
  }

  async #addRoot({ input, ...root }: NamedRoot): Promise<void> {
    this.#checkSignal();
    const reason = await this.#graph.addRoot(root);
    if (reason === null) this.#met.add(input);
    else this.#refused.push({ kind: 'refused', input: input.input, path: `docker://${root.name}`, reason });
  }

  #refuse({ input }: RemoteInput, path: string, error: unknown): void {
    if (!(error instanceof VarveError) || error.code !== 'remote') throw error;
    this.#refused.push({ kind: 'refused', input, path, reason: messageOf(error) });
  }

  /** They come as they are answered. */
  #sortedRefusals(): readonly RemoteFound[] {
    const pathOf = (found: RemoteFound): string => (found.kind === 'refused' ? found.path : '');
    return this.#refused.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  }

  #limit(name: 'registryRepositories' | 'registryTags', found: string): void {
    const message = limitMessage(name, this.#settings.limits[name], `${found}, and the others were not looked at`);
    if (this.#graph.findings.some((known) => known.message === message)) return;
    this.#graph.findings.push(finding('limit-exceeded', message));
  }

  #reportName(what: string, name: string): void {
    const subject = name.length > shownLength ? `${name.slice(0, shownLength)}…` : name;
    const message = `the registry lists a ${what} that has no name of one; it was not asked for`;
    this.#graph.findings.push(finding('name-invalid', message, { subject }));
  }

  #checkSignal(): void {
    const { signal } = this.#settings;
    if (signal?.aborted) throw interruption(signal);
  }
}

const shownLength = 200;

function imageOf({ path, reference }: Extract<RemoteInput, { kind: 'image' }>): WantedRoot {
  const { path: repository, tag, digest } = reference;
  return { repository, reference: digest ?? tag ?? 'latest', name: path.slice('docker://'.length) };
}

/** Whether a name means this repository of this registry, by the grammar of references. */
function isName(text: string, registry: string, repository: string): boolean {
  const parsed = tryParseReference(text);
  return parsed !== null && parsed.domain === registry && parsed.path === repository && parsed.digest === null;
}
