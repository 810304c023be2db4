/**
 * Platforms, `os/architecture[/variant]`, in the spelling and with the equivalences of containerd: `linux/aarch64` and
 * `linux/arm64/v8` are the same machine. Nothing is inferred from the machine that Varve runs on, so both os and
 * architecture must be there. The fields come from archives that nobody vouches for: a value that is no plain word gives
 * no platform, so that a platform can be printed and split at `/` again.
 */
import { VarveError } from './error.js';

/** What an image runs on, as it was written; `normalizePlatform` gives the form that compares. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
  /** `os.version`, free text; Windows images need it to be told apart. */
  readonly osVersion: string | null;
}

/** The fields of an image config or of a descriptor's `platform`, by their names in JSON. */
export interface PlatformFields {
  readonly os?: string | null | undefined;
  readonly architecture?: string | null | undefined;
  readonly variant?: string | null | undefined;
  readonly 'os.version'?: string | null | undefined;
}

// 64 characters are ours: Go's longest names have 11.
const osGrammar = /^[A-Za-z0-9_-]{1,64}$/;
const partGrammar = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$/;
const specifierGrammar = /^([^/()]*)(?:\(([A-Za-z0-9_.-]{0,64})\))?\/([^/]*)(?:\/([^/]*))?$/;
const maxSpecifierLength = 4 * 64 + 4;

/**
 * Turns `os/architecture[/variant]` into a platform; `windows(10.0.17763)/amd64` carries a version.
 * Throws VarveError `document-invalid` where the text is no platform.
 */
export function parsePlatform(text: string): Platform {
  const match = text.length > maxSpecifierLength ? null : specifierGrammar.exec(text);
  const [, os, osVersion, architecture, variant] = match ?? [];
  // An empty variant in a text is a trailing slash; in a field it is an absent one.
  const platform = variant === '' ? null : platformFromFields({ os, architecture, variant, 'os.version': osVersion });
  if (platform === null) {
    const found = JSON.stringify(text.slice(0, 100));
    throw new VarveError('document-invalid', `not a platform: expected os/architecture[/variant], found ${found}`);
  }
  return platform;
}

/** What platforms are asked for; parts that were not written do not count. */
export interface PlatformPattern {
  readonly os: string;
  readonly architecture: string | null;
  /** Null for the implied one, undefined where it was not written. */
  readonly variant: string | null | undefined;
}

/** How a pattern of platforms is written. */
export const platformPatternForm = 'os, os/architecture or os/architecture/variant, as in linux/arm64';

// The names of Go and the other spellings that normalisation knows.
const architectures: ReadonlySet<string> = new Set(
  'amd64 x86_64 x86-64 arm64 aarch64 arm armhf armel 386 i386 loong64 mips64le ppc64le riscv64 s390x'.split(' '),
);

/** Whether a text is the name of an architecture, which by itself is no platform. */
export function isArchitecture(text: string): boolean {
  return architectures.has(text.toLowerCase());
}

/** Reads a pattern of platforms; null where the text is none, as for an architecture by itself. */
export function parsePlatformPattern(text: string): PlatformPattern | null {
  const parts = text.split('/');
  const [os, architecture, variant] = parts;
  if (parts.length > 3 || parts.includes('')) return null;
  const platform = platformFromFields({ os, architecture: architecture ?? 'any', variant });
  if (platform === null || (architecture === undefined && isArchitecture(text))) return null;
  const normal = normalizePlatform(platform);
  if (architecture === undefined) return { os: normal.os, architecture: null, variant: undefined };
  // `armhf` is a variant by itself, whereas `arm` leaves it open.
  const impliesVariant = normal.variant !== null && normal.architecture !== architecture.toLowerCase();
  return {
    os: normal.os,
    architecture: normal.architecture,
    variant: variant === undefined && !impliesVariant ? undefined : normal.variant,
  };
}

/** Whether a platform, in normalised form, is one that a pattern asks for. */
export function matchesPlatform(platform: Platform, { os, architecture, variant }: PlatformPattern): boolean {
  if (platform.os !== os) return false;
  if (architecture !== null && platform.architecture !== architecture) return false;
  return variant === undefined || platform.variant === variant;
}

/** `os/architecture[/variant]`; the version of the operating system is not shown. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === null ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** The platform that these fields name; null where os or architecture is absent or a field is no plain word. */
export function platformFromFields(fields: PlatformFields): Platform | null {
  const { os, architecture, variant, 'os.version': osVersion } = fields;
  if (!os || !architecture || !osGrammar.test(os) || !partGrammar.test(architecture)) return null;
  if (variant && !partGrammar.test(variant)) return null;
  return { os, architecture, variant: variant || null, osVersion: osVersion || null };
}

/** The form that compares: lower case, Go's names, a variant only where it is not the implied one (`arm` always has one). */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const architecture = platform.architecture.toLowerCase();
  const variant = platform.variant?.toLowerCase() ?? null;
  return {
    os: os === 'macos' ? 'darwin' : os,
    ...normalizeArchitecture(architecture, variant),
    osVersion: platform.osVersion,
  };
}

/**
 * Whether both name the same platform, in normalised form. Versions count on Windows only and up to the build, which is
 * what decides whether a host can run an image; a side without a version agrees with any (so this groups nothing: two
 * builds that differ both agree with a third that has none).
 */
export function samePlatform(a: Platform, b: Platform): boolean {
  const left = normalizePlatform(a);
  const right = normalizePlatform(b);
  return formatPlatform(left) === formatPlatform(right) && (left.os !== 'windows' || sameWindowsBuild(left, right));
}

function normalizeArchitecture(
  architecture: string,
  variant: string | null,
): Pick<Platform, 'architecture' | 'variant'> {
  switch (architecture) {
    case 'i386':
      return { architecture: '386', variant: null };
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return { architecture: 'amd64', variant: variant === 'v1' ? null : variant };
    case 'aarch64':
    case 'arm64':
      return { architecture: 'arm64', variant: normalizeArm64Variant(variant) };
    case 'armhf':
      return { architecture: 'arm', variant: 'v7' };
    case 'armel':
      return { architecture: 'arm', variant: 'v6' };
    case 'arm':
      return { architecture: 'arm', variant: normalizeArmVariant(variant) };
    default:
      return { architecture, variant };
  }
}

function normalizeArmVariant(variant: string | null): string {
  if (variant === null) return 'v7';
  return /^[5-8]$/.test(variant) ? `v${variant}` : variant;
}

function normalizeArm64Variant(variant: string | null): string | null {
  switch (variant) {
    case '8':
    case 'v8':
    case 'v8.0':
      return null;
    case '9':
    case '9.0':
    case 'v9.0':
      return 'v9';
    default:
      return variant;
  }
}

function sameWindowsBuild(a: Platform, b: Platform): boolean {
  return a.osVersion === null || b.osVersion === null || buildOf(a.osVersion) === buildOf(b.osVersion);
}

/** `10.0.17763` of `10.0.17763.5329`: the last number is a patch level. */
function buildOf(version: string): string {
  return version.split('.', 3).join('.');
}
