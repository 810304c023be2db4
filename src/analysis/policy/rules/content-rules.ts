/**
 * Rules about what an image says of itself: labels, user, environment, date. All of it comes from archives that nobody
 * vouches for and may have any shape. The value of a variable of the environment never leaves this file: only its name is
 * told, since what is told ends up in logs.
 */
import { buildTimeOf } from '../../../model/build-time.js';
import { isWindowsRoot, maxUid, parseRunUser } from '../../../model/foreign/run-user.js';
import { compareInstants } from '../../../model/instants.js';
import { matchesName, type NameGlob } from '../../../words/name-glob.js';
import { matchesGlob } from '../../../words/path-glob.js';
import type { SetImage } from '../../set/image-set.js';
import { labelsOf } from '../../set/labels.js';
import { ageKind, type LabelDemand, labelsKind, namesKind, type Written } from '../value-kinds.js';
import {
  type Facts,
  flagRule,
  imageSubject,
  type Judgement,
  judged,
  listRule,
  type PolicyRule,
  unknown,
  valueRule,
} from './rule.js';

const noConfig = 'its run configuration is not there';

/** Names that are given to secrets, in capitals. */
const secretNames = '*PASSWORD* *PASSWD* *SECRET* *TOKEN* *API_KEY* *APIKEY* *ACCESS_KEY* *PRIVATE_KEY* *CREDENTIAL*';

export const contentRules: readonly PolicyRule[] = [
  listRule({
    name: 'required-labels',
    scope: 'images',
    kind: labelsKind,
    example: 'maintainer,org.opencontainers.image.source=https://**',
    meaning: 'An image has these labels, with values like these: * any characters but /, ** any, ? one.',
    advice:
      'Set the labels when building, with LABEL in the Dockerfile or docker build --label; varve inspect shows those that are there.',
    observe: (demands, facts) =>
      ofConfigs(facts, (config) => {
        const found = labelsOf(config);
        const missing = demands.filter((demand) => !meets(found, demand)).map(({ text }) => text);
        return { good: missing.length === 0, actual: missing.length === 0 ? null : `without ${missing.join(', ')}` };
      }),
  }),
  flagRule({
    name: 'user-not-root',
    scope: 'images',
    needsBodies: true,
    meaning: 'An image names a user to run as, and it is not root, nor another name of root in its /etc/passwd.',
    advice: 'Add USER with a number above 0 to the build; varve inspect shows the user.',
    expected: 'another user than root',
    observe: (facts) => facts.images.map((image) => userOf(image, facts)),
  }),
  listRule({
    name: 'no-secret-env',
    scope: 'images',
    kind: namesKind,
    fallback: secretNames.split(' '),
    example: '*TOKEN*,*PASSWORD*',
    meaning: 'No variable of the environment that has a value is named like a secret. The value is never shown.',
    advice:
      'Give secrets at run time or as build secrets; the ones in the image are known to all who have it: renew them.',
    observe: (patterns, facts) => facts.images.map((image) => secretsOf(image, patterns, facts)),
  }),
  valueRule({
    name: 'max-age',
    scope: 'images',
    kind: ageKind,
    example: '90d',
    meaning:
      'An image was built at most so long ago. A date before 2013, as reproducible builds give it, or of the future is no build time.',
    advice: 'Build the image again on a current base.',
    expects: ({ text }) => ({ expected: `at most ${text} old`, unit: null }),
    observe: ({ pattern: seconds }, facts) => facts.images.map((image) => ageOf(image, seconds, facts)),
  }),
];

type Config = Readonly<Record<string, unknown>>;

/** A config that was read and has no run configuration has an empty one. */
function configOf({ config, platform }: SetImage): Config | null {
  return config ?? (platform === null ? null : {});
}

function ofConfigs(
  facts: Facts,
  look: (config: Config) => { readonly good: boolean; readonly actual: string | null },
): Judgement[] {
  return facts.images.map((image) => {
    const subject = imageSubject(image, facts);
    const config = configOf(image);
    if (config === null) return unknown(subject, noConfig);
    const { good, actual } = look(config);
    return judged(subject, good, actual);
  });
}

function meets(found: Readonly<Record<string, string>>, { key, pattern }: LabelDemand): boolean {
  const value = Object.hasOwn(found, key) ? found[key] : undefined;
  return value !== undefined && (pattern === null || matchesGlob(pattern, value));
}

/**
 * The platform is a word of the archive, and loaders load without asking it: what is root on Linux or on Windows is root
 * whatever the platform.
 */
function userOf(image: SetImage, facts: Facts): Judgement {
  const subject = imageSubject(image, facts);
  const config = configOf(image);
  if (config === null) return unknown(subject, noConfig);
  const written = config['User'] ?? '';
  if (typeof written !== 'string') return unknown(subject, 'its user is no text');
  const user = parseRunUser(written);
  if (user.kind === 'none') return judged(subject, false, 'no user, which is root');
  if (user.kind === 'range') return judged(subject, false, `${written}, which is no uid from 1 to ${maxUid}`);
  if (user.kind === 'root') return judged(subject, false, written);
  return user.kind === 'number' ? judged(subject, true, written) : namedUserOf(user.name, written, image, facts);
}

/** A name means what /etc/passwd of the image says; on Windows there is none. */
function namedUserOf(name: string, written: string, image: SetImage, facts: Facts): Judgement {
  const subject = imageSubject(image, facts);
  const os = image.platform?.split('/')[0]?.toLowerCase() ?? null;
  if (isWindowsRoot(name, os !== 'linux')) return judged(subject, false, written);
  if (image.namedUser === 'root') return judged(subject, false, `${written}, which is root in its /etc/passwd`);
  if (image.namedUser === null)
    return unknown(subject, 'its user is a name, and what /etc/passwd makes of it is not known');
  if (image.namedUser === 'missing' && os !== 'windows')
    return unknown(subject, 'its user is no name of its /etc/passwd');
  return judged(subject, true, written);
}

/** Names of variables that have a value and are named so, each once. */
function secretsOf(image: SetImage, patterns: readonly Written<NameGlob>[], facts: Facts): Judgement {
  const subject = imageSubject(image, facts);
  const config = configOf(image);
  if (config === null) return unknown(subject, noConfig);
  const env: unknown = config['Env'] ?? [];
  if (!Array.isArray(env)) return unknown(subject, 'its environment is no list');
  const lines: readonly unknown[] = env;
  const named = lines
    .flatMap((line) => (typeof line === 'string' ? (nameWithValue(line) ?? []) : []))
    .filter((name) => patterns.some(({ pattern }) => matchesName(pattern, name)));
  if (named.length > 0) return judged(subject, false, [...new Set(named)].join(', '));
  const odd = lines.some((line) => typeof line !== 'string');
  return odd ? unknown(subject, 'a line of its environment is no text') : judged(subject, true, null);
}

/** The name of a line, where it has a value behind it; a name may begin with `=`, as those of Windows do. */
function nameWithValue(line: string): string | null {
  const end = line.indexOf('=', 1);
  return end === -1 || end === line.length - 1 ? null : line.slice(0, end);
}

function ageOf(image: SetImage, limitSeconds: number, facts: Facts): Judgement {
  const subject = imageSubject(image, facts);
  const created = buildTimeOf(image.createdAt);
  if (created === null) return unknown(subject, 'nothing says when it was built');
  if (compareInstants(created, facts.now) > 0) return unknown(subject, 'it says that it was built in the future');
  const seconds = facts.now.seconds - created.seconds - (facts.now.nanoseconds < created.nanoseconds ? 1 : 0);
  return judged(subject, seconds <= limitSeconds, image.createdAt, seconds);
}
