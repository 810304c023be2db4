/**
 * What Varve reads of a document beside what loaders written in Go read of it: both are brought to one form, in which what
 * is absent, null, empty, zero or false is one, as it is to them. A difference without a finding is a fault, and so is a
 * refusal of what a loader takes, unless it is one of those that are meant.
 */

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { repairedText } from '../../src/archive/repaired-text.js';
import type { Parsed } from '../../src/model/foreign/documents.js';
import { canonicalJson } from '../../src/model/json/exact-json.js';
import { ExactNumber } from '../../src/model/json/exact-number.js';
import {
  parseImageConfig,
  parseIndex,
  parseManifestOrIndex,
  parseOciLayout,
  parseRepositories,
  parseSaveManifest,
} from '../helpers/parsed-documents.js';
import type { GeneratedDocument, Kind } from './json-documents.js';

/** What each loader reads, by its name, in one form; null = it refuses the document. */
export type GoReadings = Readonly<Record<string, string | null>>;

const parsers: Readonly<Record<Kind, (text: string) => Parsed<unknown>>> = {
  index: parseIndex,
  manifest: parseManifestOrIndex,
  image: parseImageConfig,
  save: parseSaveManifest,
  repositories: parseRepositories,
  layout: parseOciLayout,
};

/** The loaders of each kind, in the order of the records. */
export const loadersOf: Readonly<Record<Kind, readonly string[]>> = {
  index: ['oci'],
  manifest: ['oci'],
  image: ['crane', 'docker', 'dockerOci', 'oci'],
  save: ['crane', 'docker'],
  repositories: ['docker'],
  layout: ['oci'],
};

const imageFields = ['architecture', 'os', 'variant', 'os.version', 'author', 'history'];
const ociRun = [
  ...[
    'User',
    'Env',
    'Entrypoint',
    'Cmd',
    'WorkingDir',
    'Labels',
    'StopSignal',
    'Volumes',
    'ExposedPorts',
    'ArgsEscaped',
  ],
];
const dockerRun = [...ociRun, 'OnBuild', 'Shell', 'Healthcheck'];
const shortRun = ['User', 'Env', 'Cmd'];

/** What of an image a loader is asked for. */
const imageParts: Readonly<Record<string, { readonly fields: readonly string[]; readonly run: readonly string[] }>> = {
  oci: { fields: [...imageFields, 'diff_ids'], run: ociRun },
  docker: { fields: [...imageFields, 'diff_ids'], run: dockerRun },
  dockerOci: { fields: ['architecture', 'os'], run: shortRun },
  crane: { fields: ['architecture', 'os'], run: shortRun },
};

/** Refusals of what a loader takes: without these a document is no document of an image, or it is one that nobody writes. */
const meantRefusals: readonly RegExp[] = [
  // A descriptor without digest or size, a save record without config, a layout without version: Go reads zeros.
  /(?:digest|size|Config|imageLayoutVersion): Invalid input: expected \w+, received (?:undefined|null)$/,
  // Null in a list of names; Go reads an empty one.
  /[. ]\d+: Invalid input: expected (?:string|object), received null$/,
  /size: (?:Invalid input|Too big|Too small)/,
  /an image index and an image manifest at once$/,
  /neither manifests nor config, layers or blobs$/,
  /expected (?:an object|a list of save records), found (?:null|undefined)$/,
  /nested deeper$/,
  // crane decodes the first value of a config and leaves the rest.
  /^no JSON: Unexpected non-whitespace character after JSON/,
  // A type that only another loader, or another part of the same struct, knows.
  /^wrong shape at (?:[\w.]+\.)?(?:blobs|manifests|subject|platform|LayerSources|container_config|Healthcheck|OnBuild|Shell|StopTimeout|config)\b/,
];

export interface Verdict {
  /** Null = no difference, or one that is told. */
  readonly fault: string | null;
  readonly isRead: boolean;
  readonly isRemarked: boolean;
}

/** Lays Varve's reading of a document beside those of the loaders. */
export function judge({ kind, bytes }: GeneratedDocument, go: GoReadings): Verdict {
  const isWhole = isUtf8(bytes);
  const parsed = parsers[kind](isWhole ? bytes.toString('utf8') : repairedText(bytes));
  const taken = Object.entries(go).filter(([, read]) => read !== null);
  if (!parsed.ok) {
    const isMeant = taken.length === 0 || meantRefusals.some((meant) => meant.test(parsed.problem));
    return { fault: isMeant ? null : `refused: ${parsed.problem}`, isRead: false, isRemarked: true };
  }
  const isRemarked = !isWhole || parsed.remarks.some(({ code }) => code !== 'key-repeated' && code !== 'key-case');
  const equal = taken.filter(([loader, read]) => read === digestOfReading(ownReading(kind, loader, parsed.value)));
  // Of an ambiguous document one loader at least must read what Varve reads, of any other all of them.
  const isRight = isRemarked ? taken.length === 0 || equal.length > 0 : equal.length === required(go).length;
  return { fault: isRight ? null : `read otherwise by ${differing(go, equal)}`, isRead: true, isRemarked };
}

/** The loaders that must read a document of which nothing is remarked: crane also looks whether digests are well formed. */
function required(go: GoReadings): string[] {
  return Object.keys(go).filter((loader) => loader !== 'crane' || go[loader] !== null);
}

function differing(go: GoReadings, equal: readonly (readonly [string, string | null])[]): string {
  const same = new Set(equal.map(([loader]) => loader));
  return required(go)
    .filter((loader) => !same.has(loader))
    .join(', ');
}

/** Twelve digits for a reading: what is recorded. */
export function digestOfReading(reading: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(plain(reading)))
    .digest('hex')
    .slice(0, 12);
}

/** A reading of Varve as the loader would give it. */
function ownReading(kind: Kind, loader: string, value: unknown): unknown {
  if (kind === 'image') return ownImage(value as Readonly<Record<string, unknown>>, loader);
  if (kind === 'save')
    return (value as readonly object[]).map((record) => only(record, ['Config', 'RepoTags', 'Layers']));
  if (kind === 'manifest') return only((value as { document: object }).document, ['config', 'layers', 'subject']);
  return kind === 'index' ? only(value as object, ['manifests']) : value;
}

function ownImage(image: Readonly<Record<string, unknown>>, loader: string): unknown {
  const parts = imageParts[loader] ?? { fields: [], run: [] };
  const read: Record<string, unknown> = { ...image, diff_ids: only(image['rootfs'], ['diff_ids'])['diff_ids'] };
  const run = only(image['config'], parts.run);
  const steps = (image['history'] ?? []) as readonly object[];
  return {
    ...only(
      { ...read, history: steps.map((step) => only(step, ['created_by', 'comment', 'empty_layer'])) },
      parts.fields,
    ),
    config: {
      ...run,
      // Sets, in which a value says nothing.
      Volumes: Object.keys(run['Volumes'] ?? {}).sort(inBytes),
      ExposedPorts: Object.keys(run['ExposedPorts'] ?? {}).sort(inBytes),
      Healthcheck: inTexts(only(run['Healthcheck'], ['Test', 'Interval', 'Timeout', 'Retries'])),
    },
  };
}

/** As Go sorts texts. */
function inBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function only(value: unknown, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(keys.map((key) => [key, (value as Record<string, unknown>)[key]]));
}

/** Integers as texts, since not all of them are numbers here. */
function inTexts(check: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(check).map(([key, value]) => {
      if (value instanceof ExactNumber) return [key, String(BigInt(value.text))];
      return [key, typeof value === 'number' ? String(value + 0) : value];
    }),
  );
}

/** Without what is nothing to Go; maps and byte texts in one form; elements of lists stay where they are. */
function plain(value: unknown, key = ''): unknown {
  if (key === 'data' && typeof value === 'string') return Buffer.from(value, 'base64').toString('base64');
  if (value instanceof Map) return plain(Object.fromEntries(value), 'map');
  if (Array.isArray(value)) return value.map((item) => plain(item) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .map(([name, item]): [string, unknown] => [name, plain(item, name)])
    .filter(([, item]) => !isNothing(item));
  return Object.fromEntries(kept);
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false || value === '0')
    return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
