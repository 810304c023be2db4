/** The facts of `varve info`, and how they are told. */
import { availableParallelism } from 'node:os';
import { codecEngines } from '../../../../machine/codec-engines.js';
import { VarveError } from '../../../../model/error.js';
import { limitsInForce } from '../../../../model/limits.js';
import type { Info } from '../../../../model/results/store/info.js';
import { infoText } from '../../../../report/about/info-text.js';
import { cacheFacts, defaultCacheBytes } from '../../../../scan/cache-facts.js';
import { scan } from '../../../../scan/scan.js';
import { storeFacts } from '../../../../store/check/store-facts.js';
import { ownProcess } from '../../../../store/lock/own-process.js';
import { storePlace } from '../../../../store/store-place.js';
import { isStore, settled } from '../../../../store/store-stamp.js';
import { anyType, field, structTypeOf, Typed } from '../../../../template/values/go-types.js';
import type { CommandIo } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import { optionValues } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { loadDocumentPrinter } from '../../../output/forms.js';
import { checkOutput, deliver } from '../../../output/output.js';
import { renderResult } from '../../../output/render.js';
import { programVersion } from '../../../program-version.js';

type Options = CommandOptions<
  'store' | 'max' | 'workers' | 'engine' | 'cache' | 'cache-limit' | 'format' | 'output' | 'quiet' | 'no-color'
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const { io } = context;
  if (options.words.length > 0) throw new UsageError('info takes no INPUT: --store names the store');
  await checkOutput(options);
  const print = options.template === null ? null : await loadDocumentPrinter(options.template);
  const info = await factsOf(options, io);
  if (print === null) {
    await deliver(
      renderResult(info, () => infoText(info), options, context),
      options,
      io,
    );
    return ['done'];
  }
  const { text, fault } = print([{ struct: asStruct('info', info), document: info }]);
  await deliver(text, options, io);
  if (fault !== null) throw fault;
  return ['done'];
}

async function factsOf(options: Options, io: CommandIo): Promise<Info> {
  const { engine, workers, cache, cacheLimit } = options;
  const { zlib, zstd } = process.versions as Readonly<Record<string, string | undefined>>;
  const processors = availableParallelism();
  const place = placeOf(options, io);
  return {
    kind: 'varve.info',
    schemaVersion: 1,
    version: programVersion(),
    node: process.versions.node,
    platform: `${process.platform}/${process.arch}`,
    zlib: zlib ?? null,
    zstd: zstd ?? null,
    hashing: { engine: engine ?? 'node', engines: [...optionValues.engine] },
    codecs: codecEngines(),
    workers: { used: workers ?? processors, processors },
    limits: limitsInForce(options.limits),
    store: storeFacts(place, ownProcess, await imagesIn(place.path, options, io)),
    cache: cache === null ? null : { path: cache, ...cacheFacts(cache), limitBytes: cacheLimit ?? defaultCacheBytes },
  };
}

function placeOf({ store }: Options, { env }: CommandIo): Pick<Info['store'], 'path' | 'from'> {
  const from = store ? 'option' : env['VARVE_STORE'] ? 'VARVE_STORE' : 'user';
  return { path: storePlace(store || null, env), from };
}

/** How many images a store has; null where that cannot be told. */
async function imagesIn(path: string, { limits: changed }: Options, { signal }: CommandIo): Promise<number | null> {
  if (!isStore(path)) return null;
  try {
    const asked = { verify: false, inventories: false, workers: 0, limits: changed, signal };
    const { archives } = await settled([path], () => scan([path], asked));
    return new Set(archives.flatMap(({ images }) => images.map(({ id }) => id))).size;
  } catch (error) {
    if (error instanceof VarveError && error.code === 'input-unreadable') return null;
    throw error;
  }
}

/** As docker's template sees it: fields with capitals, and no field but its own. */
function asStruct(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => asStruct(name, item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(
    ([key, item]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}`, asStruct(key, item)] as const,
  );
  return new Typed(
    structTypeOf(
      name,
      fields.map(([key]) => field(key, anyType)),
    ),
    Object.fromEntries(fields),
  );
}
