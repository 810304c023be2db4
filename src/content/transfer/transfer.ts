/**
 * A transfer carried out: so many layers at a time, the largest first, configs beside them, each document as soon as all that it names
 * is there. While what has come is checked and made durable, the next one comes.
 * A blob that cannot be had takes with it what needs it, and the others are brought; where nothing can be written any more,
 * or whoever asked has gone, it ends at once.
 */
import type { Digest } from '../../model/digest.js';
import { interruption, OutputError, StoreError, VarveError } from '../../model/error.js';
import type { ContentReader, ContentWriter, PutOutcome } from './content.js';
import type { ContentNode, TransferPlan } from './transfer-plan.js';

/** What happens to a blob. */
export type TransferEvent = { readonly node: ContentNode } & (
  | { readonly kind: 'begun' | 'checking' }
  | { readonly kind: 'resumed' | 'bytes'; readonly sizeBytes: number }
  | { readonly kind: 'done'; readonly outcome: PutOutcome }
  | { readonly kind: 'failed'; readonly reason: string }
);

export interface TransferSettings {
  /** So many layers at a time. */
  readonly parallel: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: TransferEvent) => void;
  /** Called when a blob is there. */
  readonly onThere?: (digest: Digest) => void;
}

/** What could not be brought, each with the reason; nothing where all is there. */
export type TransferFailures = ReadonlyMap<Digest, VarveError>;

/** Carries out a plan. Throws OutputError, StoreError, VarveError `interrupted`; what is wrong with a blob is returned. */
export async function transfer(
  plan: TransferPlan,
  from: ContentReader,
  to: ContentWriter,
  settings: TransferSettings,
): Promise<TransferFailures> {
  const run = new TransferInProgress(plan, from, to, settings);
  const lanes = Array.from({ length: settings.parallel }, () => run.lane(() => run.next()));
  await Promise.all([...lanes, run.lane(() => run.nextSmall())]);
  await run.end();
  return run.failures;
}

/** Which of these somebody has, asked so many at a time. Throws what `has` throws. */
export async function presentIn(
  to: Pick<ContentWriter, 'has'>,
  nodes: readonly ContentNode[],
  { parallel, signal }: Pick<TransferSettings, 'parallel' | 'signal'>,
): Promise<Set<Digest>> {
  const present = new Set<Digest>();
  const left = nodes.values();
  const lane = async (): Promise<void> => {
    for (const node of left) {
      if (signal?.aborted) throw interruption(signal);
      if (await to.has(node)) present.add(node.digest);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return present;
}

/** So many blobs that have come may wait to be there. */
const settlingTogether = 8;

class TransferInProgress {
  readonly failures = new Map<Digest, VarveError>();
  readonly #from: ContentReader;
  readonly #to: ContentWriter;
  readonly #settings: TransferSettings;
  /** The smallest first: the last is taken. */
  readonly #layers: ContentNode[];
  readonly #configs: ContentNode[];
  /** Documents of which all is there that they name. */
  readonly #ready: ContentNode[] = [];
  /** How many each document waits for. */
  readonly #lacks = new Map<ContentNode, number>();
  /** The documents that wait for a blob. */
  readonly #waiting = new Map<Digest, ContentNode[]>();
  /** Blobs that are neither there nor lost. */
  #left: number;
  /** Blobs that have come and are not there yet. */
  readonly #settling = new Set<Promise<void>>();
  #idle: (() => void)[] = [];
  /** Why all of it ends. */
  #end: { readonly error: unknown } | null = null;

  constructor({ bodies, documents }: TransferPlan, from: ContentReader, to: ContentWriter, settings: TransferSettings) {
    this.#from = from;
    this.#to = to;
    this.#settings = settings;
    const isConfig = ({ role }: ContentNode): boolean => role === 'config';
    this.#layers = bodies.filter((node) => !isConfig(node)).reverse();
    this.#configs = bodies.filter(isConfig);
    this.#left = bodies.length + documents.length;
    const brought = new Set([...bodies, ...documents].map(({ digest }) => digest));
    for (const node of documents) {
      const lacks = new Set(node.needs.filter((need) => brought.has(need) && need !== node.digest));
      this.#lacks.set(node, lacks.size);
      if (lacks.size === 0) this.#ready.push(node);
      for (const need of lacks) this.#waiting.set(need, [...(this.#waiting.get(need) ?? []), node]);
    }
  }

  /** What is to come next. */
  next(): ContentNode | undefined {
    return this.#ready.shift() ?? this.#layers.pop() ?? this.#configs.shift();
  }

  /**
   * The same beside layers: documents, and the configs that they wait for. To make many small files durable takes its time, and
   * nothing would be left to do meanwhile if they all came last.
   */
  nextSmall(): ContentNode | undefined {
    return this.#ready.shift() ?? this.#configs.shift();
  }

  /** Brings one blob after another until none is left. */
  async lane(next: () => ContentNode | undefined): Promise<void> {
    while (this.#end === null && this.#left > 0) {
      const node = next();
      if (node !== undefined) await this.#fetched(node);
      // What is left waits for what other lanes are at.
      else await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Returns when a blob has come; what is left to be done for it goes on. */
  async #fetched(node: ContentNode): Promise<void> {
    const { parallel } = this.#settings;
    while (this.#settling.size >= parallel + settlingTogether) await Promise.race(this.#settling);
    await new Promise<void>((resolve) => {
      const settled = this.#bring(node, resolve).finally(() => {
        this.#settling.delete(settled);
        resolve();
      });
      this.#settling.add(settled);
    });
  }

  /** Throws what has ended all of it. */
  async end(): Promise<void> {
    await Promise.all(this.#settling);
    const { signal } = this.#settings;
    if (signal?.aborted) throw interruption(signal);
    if (this.#end !== null) throw this.#end.error;
  }

  async #bring(node: ContentNode, come: () => void): Promise<void> {
    const { onEvent, onThere, signal } = this.#settings;
    try {
      if (signal?.aborted) throw interruption(signal);
      const outcome = await this.#put(node, come);
      onEvent({ kind: 'done', node, outcome });
      this.#settle(node);
      onThere?.(node.digest);
    } catch (error) {
      if (isOfBlob(error)) this.#lose(node, error);
      else this.#end ??= { error };
    }
    const idle = this.#idle;
    this.#idle = [];
    for (const wake of idle) wake();
  }

  /** From the first copy that is right. */
  async #put(node: ContentNode, come: () => void): Promise<PutOutcome> {
    const { onEvent } = this.#settings;
    for (;;) {
      onEvent({ kind: 'begun', node });
      try {
        return await this.#to.put(node, (offsetBytes) => this.#from.open(node, offsetBytes), {
          onResumed: (sizeBytes) => onEvent({ kind: 'resumed', node, sizeBytes }),
          onBytes: (sizeBytes) => onEvent({ kind: 'bytes', node, sizeBytes }),
          onVerify: () => {
            onEvent({ kind: 'checking', node });
            come();
          },
        });
      } catch (error) {
        if (!isOfBlob(error) || error.code === 'remote' || this.#from.another?.(node) !== true) throw error;
      }
    }
  }

  #settle({ digest }: ContentNode): void {
    this.#left--;
    for (const node of this.#waiting.get(digest) ?? []) {
      const lacks = (this.#lacks.get(node) ?? 0) - 1;
      this.#lacks.set(node, lacks);
      if (lacks === 0 && !this.failures.has(node.digest)) this.#ready.push(node);
    }
  }

  /** What needs it cannot be there either. */
  #lose(lost: ContentNode, error: VarveError): void {
    const all = [lost];
    for (let node = all.pop(); node !== undefined; node = all.pop()) {
      if (this.failures.has(node.digest)) continue;
      this.failures.set(node.digest, error);
      this.#left--;
      this.#settings.onEvent({ kind: 'failed', node, reason: error.message });
      all.push(...(this.#waiting.get(node.digest) ?? []));
    }
  }
}

/** Whether an error is one of this blob alone, so that others may be had. */
function isOfBlob(error: unknown): error is VarveError {
  if (!(error instanceof VarveError) || error instanceof OutputError || error instanceof StoreError) return false;
  return error.code !== 'interrupted';
}
