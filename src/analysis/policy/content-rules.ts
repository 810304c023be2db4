/**
 * Rules about what an image says of itself: labels, user, environment, date. All of it comes from archives that nobody
 * vouches for and may have any shape. The value of a variable of the environment never leaves this file: only its name is
 * told, since what is told ends up in logs.
 */
import { buildTimeOf } from '../../model/build-time.js';
import { matchesGlob, type PathGlob } from '../../query/filter/path-glob.js';
import type { SetImage } from '../image-set.js';
import { labelsOf } from '../labels.js';
import {
  type Facts,
  flagRule,
  imageSubject,
  judged,
  listRule,
  type Observation,
  type PolicyRule,
  unknown,
  valueRule,
} from './rule.js';
import { age, type LabelDemand, labels, names, type Written } from './value-kinds.js';

const noConfig = 'its run configuration is not there';

/** Names that are given to secrets, in capitals. */
const secretNames = '*PASSWORD* *PASSWD* *SECRET* *TOKEN* *API_KEY* *APIKEY* *ACCESS_KEY* *PRIVATE_KEY* *CREDENTIAL*';

export const contentRules: readonly PolicyRule[] = [
  listRule({
    name: 'required-labels',
    scope: 'images',
    kind: labels,
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
    meaning: 'An image names a user to run as, and it is not root.',
    advice: 'Add USER with a number above 0 to the build; varve inspect shows the user.',
    expected: 'another user than root',
    observe: (facts) => facts.images.map((image) => userOf(image, facts)),
  }),
  listRule({
    name: 'no-secret-env',
    scope: 'images',
    kind: names,
    fallback: secretNames.split(' '),
    example: '*TOKEN*,*PASSWORD*',
    meaning: 'No variable of the environment that has a value is named like a secret. The value is never shown.',
    advice:
      'Give secrets at run time or as build secrets; the ones in the image are known to all who have it: renew them.',
    observe: (patterns, facts) =>
      ofConfigs(facts, (config) => {
        const found = secretsIn(config, patterns);
        return { good: found.length === 0, actual: found.length === 0 ? null : found.join(', ') };
      }),
  }),
  valueRule({
    name: 'max-age',
    scope: 'images',
    kind: age,
    example: '90d',
    meaning:
      'An image was built at most so long ago. A date before 2013, as reproducible builds give it, is no build time.',
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
): Observation[] {
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

/** An image of Windows without a user runs as the one of its base, which is not told. */
function userOf(image: SetImage, facts: Facts): Observation {
  const subject = imageSubject(image, facts);
  const config = configOf(image);
  if (config === null) return unknown(subject, noConfig);
  const written = config['User'] ?? '';
  if (typeof written !== 'string') return unknown(subject, 'its user is no text');
  const [name = ''] = written.split(':');
  const windows = image.platform?.startsWith('windows/') ?? false;
  if (windows && name === '') return unknown(subject, 'it names no user, and that of its base is not known');
  const root = windows ? name.toLowerCase() === 'containeradministrator' : /^(?:|root|\+?0+)$/.test(name);
  return judged(subject, !root, name === '' ? 'no user, which is root' : written);
}

/** Names of variables that have a value and are named so, each once. */
function secretsIn(config: Config, patterns: readonly Written<PathGlob>[]): string[] {
  const env: unknown = config['Env'];
  const lines: readonly unknown[] = Array.isArray(env) ? env : [];
  const set = lines.flatMap((line) => {
    const [, name] = typeof line === 'string' ? (/^([^=]+)=./s.exec(line) ?? []) : [];
    return name === undefined ? [] : [name];
  });
  const named = set.filter((name) => patterns.some(({ pattern }) => matchesGlob(pattern, name.toUpperCase())));
  return [...new Set(named)];
}

function ageOf(image: SetImage, limitSeconds: number, facts: Facts): Observation {
  const subject = imageSubject(image, facts);
  const created = buildTimeOf(image.createdAt);
  if (created === null) return unknown(subject, 'nothing says when it was built');
  const seconds = facts.now.seconds - created.seconds - (facts.now.nanoseconds < created.nanoseconds ? 1 : 0);
  return judged(subject, seconds <= limitSeconds, image.createdAt, seconds);
}
