/**
 * Rules about names: tags, registries, repositories, and the platforms that a name leads to. An image is judged by each of
 * its names; one without any is the business of `no-dangling`. A local tag names no registry, so what one may say of it is
 * unknown, never good.
 */
import { familiarName, type Reference, tryParseReference, withDefaultTag } from '../../../model/reference.js';
import { hasNameLike } from '../../../query/name-rules.js';
import { nameBytes } from '../../../words/name-bytes.js';
import { matchesPath, type PathPattern } from '../../../words/path-pattern.js';
import { comparablePlatform, platformsKind, referencesKind, type Written } from '../value-kinds.js';
import { type Facts, imageSubject, type Judgement, judged, listRule, type PolicyRule, unknown } from './rule.js';

export const nameRules: readonly PolicyRule[] = [
  listRule({
    name: 'forbidden-tags',
    scope: 'images',
    kind: referencesKind,
    fallback: ['latest'],
    example: 'latest,dev-*',
    meaning: 'No name of an image has such a tag; a name without tag has the tag latest.',
    advice: 'Save the image under a tag that says which version it is.',
    observe: (patterns, facts) =>
      namesOf(facts).map(({ subject, reference, tag }) => {
        if (reference === null && tag === null) return unknown(subject, unreadableName);
        return judged(subject, tag === null || !matchesAny(patterns, tag), tag);
      }),
  }),
  listRule({
    name: 'allowed-registries',
    scope: 'images',
    kind: referencesKind,
    example: 'docker.io,*.example.com',
    meaning: 'Every name of an image is of one of these registries; that of debian:12 is docker.io.',
    advice: 'Take the image from an allowed registry, or tag it with the name that it has there.',
    observe: (patterns, facts) =>
      namesOf(facts).map(({ subject, reference, tag }) => {
        if (reference === null)
          return unknown(subject, tag === null ? unreadableName : 'a local tag names no registry');
        return judged(subject, matchesAny(patterns, reference.domain), reference.domain);
      }),
  }),
  listRule({
    name: 'allowed-repositories',
    scope: 'images',
    kind: referencesKind,
    example: 'shop/*,docker.io/library/debian',
    meaning: 'Every name of an image is of a repository like these, short or in full.',
    advice: 'Take the image from an allowed repository, or tag it with the name that it has there.',
    observe: (patterns, facts) =>
      namesOf(facts).map(({ subject, reference, written, tag }) => {
        if (reference === null)
          return unknown(subject, tag === null ? unreadableName : 'a local tag names no repository');
        const paths = patterns.map(({ pattern }) => pattern);
        return judged(subject, hasNameLike({ reference: written, local: false }, paths), familiarName(reference));
      }),
  }),
  listRule({
    name: 'required-platforms',
    scope: 'images',
    kind: platformsKind,
    example: 'linux/amd64,linux/arm64',
    meaning: 'Every tag is there for each of these platforms.',
    advice:
      'varve ls --tree shows the platforms of a tag; save the image with all of them, as docker save --platform does.',
    observe: (required, facts) => platformsOf(required, facts),
  }),
];

const unreadableName = 'the name cannot be read';

interface Name {
  readonly subject: Pick<Judgement, 'subject' | 'image' | 'archives'>;
  readonly written: string;
  /** Null for a local tag, and for a name that is none. */
  readonly reference: Reference | null;
  /** Null for a name by digest, and for one that is none. */
  readonly tag: string | null;
}

/** Every name of every image. */
function namesOf(facts: Facts): Name[] {
  return facts.images.flatMap((image) => {
    const subject = imageSubject(image, facts);
    return [
      ...image.references.map((written): Name => {
        const reference = tryParseReference(written);
        const tag = reference === null ? null : withDefaultTag(reference).tag;
        return { subject: { ...subject, subject: written }, written, reference, tag };
      }),
      ...image.localTags.map(
        (tag): Name => ({ subject: { ...subject, subject: tag }, written: tag, reference: null, tag }),
      ),
    ];
  });
}

function matchesAny(patterns: readonly Written<PathPattern>[], text: string): boolean {
  const bytes = nameBytes(text);
  return patterns.some(({ pattern }) => matchesPath(pattern, bytes));
}

/** The name without its digest, where it has a tag; one that cannot be read stands as it is. */
function taggedName(text: string): string[] {
  const reference = tryParseReference(text);
  if (reference === null) return [text];
  return withDefaultTag(reference).tag === null ? [] : [text.split('@')[0] ?? text];
}

/** One observation for each tag, over all images that carry it. */
function platformsOf(required: readonly string[], facts: Facts): Judgement[] {
  const byTag = new Map<string, { found: Set<string>; archives: Set<string>; unclear: boolean }>();
  for (const image of facts.images) {
    const platform = image.platform === null ? null : comparablePlatform(image.platform);
    for (const name of new Set([...image.references.flatMap(taggedName), ...image.localTags])) {
      const known = byTag.get(name) ?? { found: new Set(), archives: new Set(), unclear: false };
      byTag.set(name, known);
      for (const path of imageSubject(image, facts).archives) known.archives.add(path);
      if (platform === null) known.unclear = true;
      else known.found.add(platform);
    }
  }
  return [...byTag].map(([subject, { found, archives, unclear }]) => {
    const about = { subject, image: null, archives: [...archives] };
    const missing = required.filter((platform) => !found.has(platform));
    if (missing.length > 0 && unclear) return unknown(about, 'the platform of an image is not known');
    return judged(about, missing.length === 0, [...found].join(', '), missing.length);
  });
}
