/**
 * Image references, `[domain/]path[:tag][@digest]`, by the grammar and the normalisation of the distribution project, so
 * that a name means here what it means to docker: `debian` is `docker.io/library/debian`. Names come from annotations
 * and save records of archives that nobody vouches for: the text is measured first, then cut at characters that no part
 * may hold, and each part is matched by a pattern that has only one way to match.
 */
import { type Digest, tryParseDigest } from './digest.js';
import { VarveError } from './error.js';

/** A reference in its normalised form; two texts mean the same image name if these four parts are equal. */
export interface Reference {
  /**
   * Host and port of the registry. Empty for the one oddity of the grammar: a first part with a dot that is a path
   * component but no host, as in `foo_bar.com/x`; docker then has a name without a domain.
   */
  readonly domain: string;
  /** Repository within the registry, with `library/` where docker implies it. */
  readonly path: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
}

/** What `org.opencontainers.image.ref.name` holds: a reference, or a tag that means something in its archive only. */
export type ClassifiedTag =
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'local'; readonly text: string };

/** Characters of a reference that are looked at. The grammar bounds every part but the domain; this one is ours. */
export const maxReferenceLength = 4096;

const defaultDomain = 'docker.io';
const legacyDefaultDomain = 'index.docker.io';
const officialPrefix = 'library/';
const defaultTag = 'latest';
const maxPathLength = 255;

const identifierGrammar = /^[a-f0-9]{64}$/;
const domainGrammar =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const pathComponentGrammar = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const tagGrammar = /^\w[\w.-]{0,127}$/;
const digestGrammar = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
// Docker refuses a reference by an algorithm that it does not know, although a descriptor may use one.
const knownDigestGrammar = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/** Turns text into a normalised reference. Throws VarveError `document-invalid`, with the reason, where it is none. */
export function parseReference(text: string): Reference {
  const result = readReference(text);
  if (typeof result === 'string') {
    throw new VarveError(
      'document-invalid',
      `not an image reference: ${JSON.stringify(text.slice(0, 100))}: ${result}`,
    );
  }
  return result;
}

/** Turns text into a normalised reference, or null where it is none. */
export function tryParseReference(text: string): Reference | null {
  const result = readReference(text);
  return typeof result === 'string' ? null : result;
}

/** The full normalised text, `docker.io/library/debian:12`; it parses back to the same reference. */
export function formatReference(reference: Reference): string {
  return withSuffixes(fullName(reference), reference);
}

/**
 * The short text that docker shows, `debian:12`. For display: docker's rule lets a few names on Docker Hub (a first
 * component with a dot, 64 hexadecimal digits) read as something else when they are parsed again.
 */
export function familiarReference(reference: Reference): string {
  return withSuffixes(familiarName(reference), reference);
}

/** The short name that docker shows, `debian` or `shop/api`, without tag and digest. */
export function familiarName(reference: Reference): string {
  if (isOfficial(reference)) return reference.path.slice(officialPrefix.length);
  return reference.domain === defaultDomain ? reference.path : fullName(reference);
}

/** Whether the name is that of an official image on Docker Hub, `docker.io/library/<one component>`. */
export function isOfficial(reference: Reference): boolean {
  const { domain, path } = reference;
  return domain === defaultDomain && path.startsWith(officialPrefix) && !path.includes('/', officialPrefix.length);
}

/** The same reference with the tag `latest` where it has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === null && reference.digest === null ? { ...reference, tag: defaultTag } : reference;
}

/**
 * Tells a full reference from a bare tag. Some writers put the tag alone into the annotation, others the whole name; a
 * value without `:`, `/` and `@` could be either, and to take `12` for `docker.io/library/12:latest` would let images of
 * unrelated archives supersede each other.
 */
export function classifyTag(text: string): ClassifiedTag {
  const reference = /[:/@]/.test(text) ? tryParseReference(text) : null;
  return reference === null ? { kind: 'local', text } : { kind: 'reference', reference: withDefaultTag(reference) };
}

/** The reference, or a sentence's end that says why the text is none. */
function readReference(text: string): Reference | string {
  if (text === '') return 'it is empty';
  if (text.length > maxReferenceLength) return `it has more than ${maxReferenceLength} characters`;
  if (identifierGrammar.test(text)) return 'cannot specify 64-byte hexadecimal strings, which are image IDs';
  const [domain, remainder] = splitDomain(text);
  const [nameAndTag, digestText] = cut(remainder, '@');
  const [remotePath, tag] = cut(nameAndTag, ':');
  const hasDomain = domainGrammar.test(domain);
  const path = hasDomain ? remotePath : `${domain}/${remotePath}`;
  if (/[A-Z]/.test(remotePath)) return 'the repository name must be lowercase';
  if (!path.split('/').every((component) => pathComponentGrammar.test(component)))
    return 'the repository name is malformed';
  if (path.length > maxPathLength) return `the repository name has more than ${maxPathLength} characters`;
  if (tag !== null && !tagGrammar.test(tag)) return 'the tag is malformed';
  if (digestText === null) return { domain: hasDomain ? domain : '', path, tag, digest: null };
  if (!digestGrammar.test(digestText)) return 'the digest is malformed';
  const digest = knownDigestGrammar.test(digestText) ? tryParseDigest(digestText) : null;
  if (digest === null) return 'the digest has an unknown algorithm or the wrong length or case for its algorithm';
  return { domain: hasDomain ? domain : '', path, tag, digest };
}

/**
 * Domain and rest. The first part is a domain if it cannot be a namespace of Docker Hub: it has a dot, a colon or upper
 * case, or is `localhost`. A name of one part is never a domain, so that `example.com:80` is a tag.
 */
function splitDomain(text: string): [domain: string, remainder: string] {
  const [first, rest] = cut(text, '/');
  if (rest === null) return [defaultDomain, officialPrefix + text];
  if (first !== 'localhost' && !/[.:A-Z]/.test(first)) return [defaultDomain, text];
  if (first !== defaultDomain && first !== legacyDefaultDomain) return [first, rest];
  return [defaultDomain, rest.includes('/') ? rest : officialPrefix + rest];
}

/** The text before and after the first separator; null after it where there is none. */
function cut(text: string, separator: string): [before: string, after: string | null] {
  const position = text.indexOf(separator);
  return position === -1 ? [text, null] : [text.slice(0, position), text.slice(position + 1)];
}

function fullName({ domain, path }: Reference): string {
  return domain === '' ? path : `${domain}/${path}`;
}

function withSuffixes(name: string, { tag, digest }: Reference): string {
  return name + (tag === null ? '' : `:${tag}`) + (digest === null ? '' : `@${digest}`);
}
