/**
 * What stands behind a rule's name: sizes, shares, counts, ages, and lists of words or patterns. A kind reads one text and
 * says what it takes; the text comes from a command line or a policy file, and one that means nothing is refused there
 * with these words. Sizes are docker's: `10GB` is 10,000,000,000 bytes, `10GiB` is binary.
 */
import { digestOf, tryParseDigest } from '../../model/digest.js';
import { formatPlatform, normalizePlatform, parsePlatform } from '../../model/platform.js';
import type { TextShape, ValueShape } from '../../model/results/policy.js';
import { parseByteSize } from '../../words/byte-size.js';
import { parseDuration } from '../../words/duration.js';
import { maxNameGlobLength, type NameGlob, parseNameGlob } from '../../words/name-glob.js';
import { type PathGlob, parsePathGlob } from '../../words/path-glob.js';
import { maxPatternLength, type PathPattern, parsePathPattern } from '../../words/path-pattern.js';

/** What a rule expects, for the document; numbers in the unit, or a text. */
export interface Expected {
  readonly expected: string | number;
  readonly unit: 'bytes' | 'percent' | null;
}

/** How values of one kind are written and read. */
export interface ValueKind<Value> {
  readonly shape: ValueShape;
  /** As in `max-total=SIZE`; the empty text where there is no value. */
  readonly form: string;
  /** To follow the word "takes". */
  readonly takes: string;
  /** Of a list, how an item is spelt, for the schema of a policy file: `parse` takes what is spelt so. Default: any text. */
  readonly texts?: TextShape;
  /** Reads one text, of a list one item; null where it means nothing. */
  readonly parse: (text: string) => Value | null;
}

/** A limit of bytes, or of percent of a whole. */
export interface Amount {
  readonly unit: 'bytes' | 'percent';
  readonly amount: number;
}

/** A text with the pattern that it is. */
export interface Written<Pattern> {
  readonly text: string;
  readonly pattern: Pattern;
}

/** A label that has to be there, with what its value has to look like. */
export interface LabelDemand {
  readonly text: string;
  readonly key: string;
  readonly pattern: PathGlob | null;
}

const sizeWords = 'a size, as in 500MB, 1.5GB, 200MiB or 1000000 (bytes)';
const shareWords = 'a percentage, as in 10%';
const billion = 1_000_000_000n;
const sha256Digits = 64;

export const sizeKind: ValueKind<Amount> = {
  shape: 'size',
  form: 'SIZE',
  takes: sizeWords,
  parse: (text) => bytes(text),
};

export const shareKind: ValueKind<Amount> = {
  shape: 'share',
  form: 'PERCENT',
  takes: shareWords,
  parse: (text) => percent(text),
};

export const sizeOrShareKind: ValueKind<Amount> = {
  shape: 'size-or-share',
  form: 'SIZE|PERCENT',
  takes: `${sizeWords}, or ${shareWords}`,
  parse: (text) => percent(text) ?? bytes(text),
};

export const countKind: ValueKind<number> = {
  shape: 'count',
  form: 'N',
  takes: 'a whole number, as in 20',
  parse: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : null),
};

/** Seconds; a fraction is cut off. */
export const ageKind: ValueKind<Written<number>> = {
  shape: 'age',
  form: 'AGE',
  takes: 'a duration, as in 90d, 720h or 1h30m',
  parse(text) {
    const nanoseconds = parseDuration(text);
    return nanoseconds === null || nanoseconds < 0n ? null : { text, pattern: Number(nanoseconds / billion) };
  },
};

/** What Go's path.Match does not call malformed; `parsePathPattern` says the same of a text. */
export const referencePattern: TextShape = {
  pattern: /^(?:[^\\[]|\\[\s\S]|\[(?:\^|(?!\^))(?:(?:[^\\\]-]|\\[\s\S])(?:-(?:[^\\\]-]|\\[\s\S]))?)+\])*$/u,
  maxLength: maxPatternLength,
};

/** Patterns as `--filter reference` has them. */
export const referencesKind: ValueKind<Written<PathPattern>> = {
  shape: 'texts',
  form: 'PATTERN,..',
  takes: "patterns of references, as in shop/* or 'ghcr.io/*/api'",
  texts: referencePattern,
  parse: (text) => written(text, parsePathPattern(text)),
};

/** Globs, of names that are no paths. */
export const namesKind: ValueKind<Written<NameGlob>> = {
  shape: 'texts',
  form: 'PATTERN,..',
  takes: 'patterns of names, as in *TOKEN*, upper and lower case alike',
  texts: { maxLength: maxNameGlobLength },
  parse: (text) => written(text, parseNameGlob(text)),
};

export const labelsKind: ValueKind<LabelDemand> = {
  shape: 'texts',
  form: 'KEY[=PATTERN],..',
  takes: 'labels, as in maintainer or org.opencontainers.image.source=https://**',
  texts: { pattern: /^[^=]/u },
  parse(text) {
    const at = text.indexOf('=');
    const key = at === -1 ? text : text.slice(0, at);
    const pattern = at === -1 ? null : parsePathGlob(text.slice(at + 1));
    return key === '' || (at !== -1 && pattern === null) ? null : { text, key, pattern };
  },
};

/** Normalised, so that they compare as texts. */
export const platformsKind: ValueKind<string> = {
  shape: 'texts',
  form: 'OS/ARCH[/VARIANT],..',
  takes: 'platforms, as in linux/amd64 or linux/arm64/v8',
  texts: {
    pattern: /^[\w-]{1,64}(?:\([\w.-]{0,64}\))?\/[\w-][\w.-]{0,63}(?:\/[\w-][\w.-]{0,63})?$/u,
  },
  parse: comparablePlatform,
};

const compressionWords = ['none', 'gzip', 'zstd', 'xz', 'bzip2'] as const;

export const compressionsKind: ValueKind<string> = {
  shape: 'texts',
  form: 'NAME,..',
  takes: 'none, gzip, zstd, xz, bzip2, one or several of them',
  texts: { words: compressionWords },
  parse: (text) => compressionWords.find((word) => word === text) ?? null,
};

/** Whole digests only: what is short enough to type is short enough to be forged. */
export const diffIdsKind: ValueKind<string> = {
  shape: 'texts',
  form: 'DIFFID,..',
  takes: `whole diffIDs, as in sha256: and ${sha256Digits} digits, which varve layers --format wide lists`,
  texts: {
    // By another algorithm, what the grammar of digests takes.
    pattern:
      /^(?:(?:sha256:)?[0-9a-f]{64}|sha512:[0-9a-f]{128}|(?!sha(?:256|512):)[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+)$/u,
    maxLength: 512,
  },
  parse: (text) => tryParseDigest(text) ?? digestOf('sha256', text),
};

/** The platform in the spelling that compares; null where the text is none. */
export function comparablePlatform(text: string): string | null {
  try {
    return formatPlatform(normalizePlatform(parsePlatform(text)));
  } catch {
    return null;
  }
}

function bytes(text: string): Amount | null {
  const amount = parseByteSize(text);
  return amount === null ? null : { unit: 'bytes', amount };
}

function percent(text: string): Amount | null {
  const [, digits] = /^(\d{1,9}(?:\.\d{1,9})?) ?%$/.exec(text) ?? [];
  return digits === undefined ? null : { unit: 'percent', amount: Number(digits) };
}

function written<Pattern>(text: string, pattern: Pattern | null): Written<Pattern> | null {
  return pattern === null ? null : { text, pattern };
}
