/**
 * Which manifests of an index a pull brings: those for the platforms that are asked for, else one, for the machine that it runs
 * on. Attestations are for no platform, and come where all is asked for. Pure.
 */
import { VarveError } from '../../model/error.js';
import type { Descriptor, IndexDocument } from '../../model/foreign/documents.js';
import {
  formatPlatform,
  matchesPlatform,
  normalizePlatform,
  type Platform,
  type PlatformPattern,
  parsePlatformPattern,
  platformFromFields,
} from '../../model/platform.js';
import type { ChildChoice } from '../image-graph.js';

/** What is asked for: everything, these platforms, or what runs on a machine of that kind. */
export type PlatformWish =
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly patterns: readonly PlatformPattern[] }
  | { readonly kind: 'own'; readonly platform: Platform };

/** Names of Node for architectures that Go calls otherwise. */
const goNames: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mipsel: 'mipsle' };

/**
 * The platform of images that run here: Linux for the architecture of this machine, whatever its system is, unless
 * `DOCKER_DEFAULT_PLATFORM` names another, as for docker. Throws VarveError `usage` where that is no platform.
 */
export function ownPlatform(
  architecture: string,
  { DOCKER_DEFAULT_PLATFORM: named = '' }: Readonly<Record<string, string | undefined>>,
): PlatformWish {
  if (named !== '') {
    const pattern = parsePlatformPattern(named);
    if (pattern === null)
      throw new VarveError('usage', `DOCKER_DEFAULT_PLATFORM is no platform: ${JSON.stringify(named)}`);
    return { kind: 'some', patterns: [pattern] };
  }
  const name = goNames[architecture] ?? architecture;
  const platform = { os: 'linux', architecture: name, variant: null, osVersion: null };
  return { kind: 'own', platform: normalizePlatform(platform) };
}

/** The choice that a wish makes of an index. `name`: the image, for whom nothing is for these platforms. */
export function childChoice(wish: PlatformWish, name: string): ChildChoice {
  return (index) => {
    const children = index.manifests ?? [];
    if (wish.kind === 'all') return children;
    const placed = children.map((child) => ({ child, platform: platformOf(child) }));
    // What names no platform may be for any.
    const open = placed.flatMap(({ child, platform }) => (platform === null && child.platform == null ? [child] : []));
    const fitting = placed.filter(({ platform }) => platform !== null && fits(wish, platform));
    const chosen = wish.kind === 'own' ? bestOf(fitting, wish.platform) : fitting;
    if (chosen.length + open.length > 0) return [...chosen.map(({ child }) => child), ...open];
    throw new VarveError('input-unreadable', `${name} has nothing for ${wishText(wish)}; ${hadText(index)}`);
  };
}

interface PlacedChild {
  readonly child: Descriptor;
  readonly platform: Platform | null;
}

function platformOf({ platform }: Descriptor): Platform | null {
  const read = platformFromFields(platform ?? {});
  return read === null ? null : normalizePlatform(read);
}

function fits(wish: Exclude<PlatformWish, { readonly kind: 'all' }>, platform: Platform): boolean {
  if (wish.kind === 'some') return wish.patterns.some((pattern) => matchesPlatform(platform, pattern));
  const { os, architecture } = wish.platform;
  return platform.os === os && platform.architecture === architecture;
}

/** One, as a machine takes one: the same variant before a lower one; the first where several are the same. */
function bestOf(fitting: readonly PlacedChild[], own: Platform): readonly PlacedChild[] {
  const rank = ({ platform }: PlacedChild): number => {
    const variant = platform?.variant ?? null;
    if (variant === own.variant) return 0;
    return variant === null ? 1 : 2;
  };
  const runs = fitting.filter(({ platform }) => isAtMost(platform?.variant ?? null, own.variant));
  const [best] = [...runs].sort((a, b) => rank(a) - rank(b) || laterVariant(a, b));
  return best === undefined ? [] : [best];
}

/** Whether what is built for a variant runs on another: the plain form of an architecture takes nothing newer. */
function isAtMost(variant: string | null, own: string | null): boolean {
  return variantNumber(variant) <= variantNumber(own);
}

function laterVariant(a: PlacedChild, b: PlacedChild): number {
  return variantNumber(b.platform?.variant ?? null) - variantNumber(a.platform?.variant ?? null);
}

/** `v7` → 7; of none 0; a word that is no version is taken for one that nothing has. */
function variantNumber(variant: string | null): number {
  if (variant === null) return 0;
  const [, number] = /^v(\d{1,3})/.exec(variant) ?? [];
  return number === undefined ? 1000 : Number(number);
}

/** The platforms that are asked for, in words. */
function wishText(wish: PlatformWish): string {
  if (wish.kind === 'all') return 'any platform';
  if (wish.kind === 'own') return formatPlatform(wish.platform);
  return patternsText(wish.patterns);
}

/** Platforms that are asked for, as they are typed. */
export function patternsText(patterns: readonly PlatformPattern[]): string {
  return patterns
    .map(({ os, architecture, variant }) => [os, architecture, variant].filter((part) => part != null).join('/'))
    .join(', ');
}

function hadText({ manifests }: IndexDocument): string {
  const had = new Set(
    (manifests ?? []).flatMap((child) => {
      const platform = platformOf(child);
      return platform === null || platform.os === 'unknown' ? [] : [formatPlatform(platform)];
    }),
  );
  if (had.size === 0) return 'it names no platform at all; varve pull --all-platforms brings everything';
  return `it has ${[...had].join(', ')}; varve pull --platform names one of them, varve pull --all-platforms brings all`;
}
