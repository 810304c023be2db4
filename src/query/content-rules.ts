/**
 * Filters by what is in an image: its labels, platform, size and layers. Labels go by the rules of docker's containerd
 * store, in which each condition stands for itself (its older store, given `label!=a` and `label!=b`, left out only the
 * images that had both). The others are ours; what an image does not say is never taken for a match.
 */
import { digestOf, tryParseDigest } from '../model/digest.js';
import {
  isArchitecture,
  matchesPlatform,
  type PlatformPattern,
  parsePlatformPattern,
  platformPatternForm,
} from '../model/platform.js';
import { parseByteSize } from '../words/byte-size.js';
import { type FilterRule, filterRule, refusal } from './filter-rule.js';
import { type ImageRow, platformOf } from './image-row.js';

interface LabelCheck {
  readonly name: string;
  /** Null where any value will do. */
  readonly value: string | null;
  readonly negated: boolean;
}

const label = 'a label, as KEY or KEY=VALUE';
const size = 'a size, as in 500MB, 1.5GB, 200MiB or 1000000 (bytes)';
const digestPrefix = /^(?:(.{1,64}):)?([0-9a-f]{8,128})$/s;
export const contentFilters: readonly FilterRule[] = [
  filterRule<LabelCheck>({
    key: 'label',
    form: 'label=KEY[=VALUE]',
    help: 'images that have the label, or have it with this value; of several, all have to match',
    takes: label,
    docker: true,
    parse: (text) => parseLabel(text, false),
    condition: (checks) => () => (row) => checks.every((check) => passes(row, check)),
  }),
  filterRule<LabelCheck>({
    key: 'label!',
    form: 'label!=KEY[=VALUE]',
    help: 'images that have not the label, or not with this value; of several, all have to hold',
    takes: label,
    docker: true,
    parse: (text) => parseLabel(text, true),
    condition: (checks) => () => (row) => checks.every((check) => passes(row, check)),
  }),
  filterRule<PlatformPattern>({
    key: 'platform',
    form: 'platform=OS[/ARCH[/VARIANT]]',
    help: 'images for the platform; what is left out does not count; of several, one has to match',
    takes: platformPatternForm,
    docker: false,
    parse: readPlatform,
    condition: (patterns) => () => (row) => patterns.some((pattern) => runsOn(row, pattern)),
  }),
  filterRule<number>({
    key: 'min-size',
    form: 'min-size=SIZE',
    help: 'images of at least this size: kB, MB, GB, TB are decimal, KiB, MiB, GiB, TiB binary',
    takes: size,
    docker: false,
    parse: parseByteSize,
    condition: (sizes) => () => (row) => sizes.every((bytes) => row.sizeBytes !== null && row.sizeBytes >= bytes),
  }),
  filterRule<number>({
    key: 'max-size',
    form: 'max-size=SIZE',
    help: 'images of at most this size',
    takes: size,
    docker: false,
    parse: parseByteSize,
    condition: (sizes) => () => (row) => sizes.every((bytes) => row.sizeBytes !== null && row.sizeBytes <= bytes),
  }),
  filterRule<string>({
    key: 'layer',
    form: 'layer=DIGEST',
    help: 'images that have the layer, by diffID or by the digest of its stored bytes; of several, all of them',
    takes: 'a digest, or at least 8 of the hexadecimal digits that it starts with',
    docker: false,
    parse: (text) => (tryParseDigest(text) !== null || isDigestPrefix(text) ? text : null),
    condition: (digests) => () => (row) => digests.every((digest) => hasLayer(row, digest)),
  }),
];

/** As docker reads it, `label=KEY!=VALUE` and `label!=KEY=VALUE` say the same. */
function parseLabel(text: string, negated: boolean): LabelCheck | null {
  const position = text.indexOf('=');
  const key = position === -1 ? text : text.slice(0, position);
  const flipped = key.endsWith('!');
  const name = flipped ? key.slice(0, -1) : key;
  if (name === '') return null;
  return { name, value: position === -1 ? null : text.slice(position + 1), negated: negated !== flipped };
}

function passes({ labels }: ImageRow, { name, value, negated }: LabelCheck): boolean {
  const has = Object.hasOwn(labels, name) && (value === null || labels[name] === value);
  return has !== negated;
}

function readPlatform(text: string): PlatformPattern | null {
  if (isArchitecture(text)) {
    throw refusal('platform', text, `${text} is an architecture; platform takes ${platformPatternForm}`);
  }
  return parsePlatformPattern(text);
}

function runsOn(row: ImageRow, pattern: PlatformPattern): boolean {
  const platform = platformOf(row);
  return platform !== null && matchesPlatform(platform, pattern);
}

/** Whether digits could follow that make it a digest; `sha256:` and 70 digits cannot become one. */
function isDigestPrefix(text: string): boolean {
  const [found, algorithm = 'sha512', hex = ''] = digestPrefix.exec(text) ?? [];
  if (found === undefined) return false;
  return [64, 128].some((length) => digestOf(algorithm, hex.padEnd(length, '0')) !== null);
}

function hasLayer({ layers, layerDigests }: ImageRow, prefix: string): boolean {
  return [...layers, ...layerDigests].some(
    (digest) => digest !== null && (digest.startsWith(prefix) || digest.startsWith(prefix, digest.indexOf(':') + 1)),
  );
}
