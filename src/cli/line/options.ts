/**
 * The options, each defined once for all commands, as plain data: name, placeholder, help, the words that it takes. The
 * parser, the help and the shell completion are made of them; read-options.ts turns the texts into values, and says of
 * which type the value of each option is.
 */
import type { FileClass } from '../../analysis/removal/file-deletions.js';
import type { CopyClass } from '../../analysis/removal/freed-copies.js';

/** `template` stands for any Go template. */
export type Format =
  | 'table'
  | 'wide'
  | 'json'
  | 'ndjson'
  | 'csv'
  | 'markdown'
  | 'html'
  | 'mermaid'
  | 'script'
  | 'junit'
  | 'sarif'
  | 'github'
  | 'both'
  | 'oci'
  | 'docker'
  | 'template';

/** What `--remove` takes beside names and IDs. */
export const removalWords = {
  states: ['dangling', 'superseded'],
  files: ['redundant', 'damaged'],
  copies: ['unreferenced', 'duplicate', 'twin', 'stranded'],
} as const satisfies { states: readonly string[]; files: readonly FileClass[]; copies: readonly CopyClass[] };

/** The words that an option takes, where they can be listed. */
export const optionValues = {
  'fail-on': ['error', 'warning', 'hint', 'never'],
  engine: ['node', 'noble'],
  sort: ['created', 'id', 'name', 'size', 'shared', 'unique'],
  id: ['config', 'manifest'],
  remove: [...removalWords.states, ...removalWords.files, ...removalWords.copies],
  for: ['docker'],
  without: ['dangling', 'superseded', 'unreferenced'],
  outer: ['gzip', 'zstd'],
  compress: ['none', 'gzip', 'zstd'],
} as const;

export interface OptionFacts {
  readonly alias?: string;
  /** Placeholder of its value; a switch has none. */
  readonly value?: string;
  readonly describe: string;
  /** Whether its value is the path of a file that is read, which the output must not overwrite. */
  readonly reads?: true;
}

export const optionFacts = {
  format: { value: 'FORMAT', describe: 'form of the result' },
  output: { alias: 'o', value: 'FILE', describe: 'write the result to FILE, which is complete or unchanged' },
  verbose: { alias: 'v', describe: 'list what is only counted otherwise; in df, the images, layers and archives' },
  'fail-on': {
    value: 'SEVERITY',
    describe: 'exit 1 at a finding of that severity or above: error, warning, hint, never',
  },
  plan: {
    value: 'FILE',
    reads: true,
    describe: 'what varve plan --format json predicted, to be held against what came true',
  },
  'exit-code': { describe: 'exit 1 if anything differs; with --plan, if it did not come true' },
  image: { value: 'REF', describe: 'only this image: name, name:tag, name@digest, the end of one, or ID' },
  filter: {
    alias: 'f',
    value: 'KEY=VALUE',
    describe: 'only images like this (repeatable); varve help filters lists the keys',
  },
  remove: {
    value: 'WHAT',
    describe:
      'what is to go (repeatable, or separated by commas): images that are dangling, superseded, a name, an ID; files that are redundant, damaged; copies that are unreferenced, duplicate, twin, stranded',
  },
  free: { value: 'SIZE', describe: 'propose images until so much is freed, as in 10GB or 500MiB' },
  keep: {
    value: 'REF',
    describe: 'never this image: name, name:tag, name@digest, ID, or a pattern of names as in *:1.* (repeatable)',
  },
  'keep-last': {
    value: 'N',
    describe: 'the newest N images of each repository stay; in plan, alone, its others go; in pack they stay out',
  },
  'keep-newer': { value: 'TIME', describe: 'never an image created since then, as in 30d, 24h or 2026-05-01' },
  'in-use': {
    value: 'FILE',
    reads: true,
    describe:
      'never an image that FILE names: names or IDs one a line, or what docker ps or kubectl get pods -o json prints; - is standard input (repeatable)',
  },
  'in-use-lenient': { describe: 'exit 0 though something near a name of --in-use that is not there goes' },
  quarantine: { value: 'DIR', describe: 'with --format script: move files to DIR instead of removing them' },
  for: { value: 'PROGRAM', describe: 'with --format script: docker, commands for its store instead of the files' },
  'dry-run': { describe: 'say what would be written or go, to the byte, and change nothing' },
  force: {
    alias: 'f',
    describe:
      'also by an ID with several names, what is in use, and the base of another image; in prune: without asking',
  },
  grace: { value: 'TIME', describe: 'blobs that nothing names stay where they were changed since then; default 1h' },
  yes: { alias: 'y', describe: 'do it without asking' },
  'keep-going': { describe: 'write what can be written where something is damaged, instead of nothing' },
  like: {
    value: 'FILE',
    describe: 'the damaged archive was as FILE is: take from it also what no digest tells (repeatable)',
  },
  'in-place': { describe: 'put the repaired archive in the place of the damaged one, once it is proven' },
  prefer: {
    value: 'FILE',
    describe: 'a name that different images have stays with those of this archive (repeatable, the first counts)',
  },
  'untag-contested': { describe: 'a name that different images have, none of them known to be newer, goes to none' },
  have: {
    value: 'FILE',
    describe: 'what the other side has: an inventory that varve scan wrote there, archives, a layout (repeatable)',
  },
  from: {
    value: 'FILE',
    describe: 'archives, layouts and folders from which bodies are taken, in any order (repeatable)',
  },
  without: {
    value: 'WHAT',
    describe:
      'leave out images that are dangling or superseded (repeatable); what is unreferenced never goes in. In rm and prune a REF that stays and need not be whole',
  },
  platform: {
    value: 'OS/ARCH',
    describe: 'only images for this platform, os[/arch[/variant]] (repeatable, or separated by commas)',
  },
  'only-needed': { describe: 'only live images, each in one form, without attestations and signatures' },
  split: { value: 'SIZE', describe: 'write parts of SIZE, as in 4GB, beside FILE, and a list of their digests' },
  outer: { value: 'FORM', describe: 'compress the archive as a whole: gzip or zstd (from Node 22.15 on)' },
  unify: {
    describe: 'of each layer only the smallest form that there is, for all images; manifests get new digests',
  },
  compress: {
    value: 'FORM',
    describe: 'store every layer as none, gzip or zstd (from Node 22.15 on); manifests get new digests',
  },
  level: {
    value: 'N',
    describe: 'how hard --compress tries: 1 to 9 for gzip (default 6), 1 to 19 for zstd (default 3)',
  },
  map: { value: 'FILE', describe: 'write the digests that have changed to FILE, as JSON: before and after' },
  'drop-signatures': {
    describe: 'leave out what may be a signature of something whose digest changes, instead of writing nothing',
  },
  'verify-all': { describe: 'read and hash every byte of the inputs, not those alone that are copied' },
  all: {
    alias: 'a',
    describe:
      'also attestations, other artifacts, and platforms that are not in the archive; in prune, all images that are not in use',
  },
  'only-ids': { alias: 'q', describe: 'image IDs and nothing else, each once' },
  'no-trunc': { describe: 'cut no ID and no text short' },
  digests: { describe: 'with the digest of the manifest or index' },
  tree: { describe: 'the platforms of an image below its tag' },
  sort: {
    value: 'KEY',
    describe: 'order: created, id, name, size, shared or unique; default created, the newest first',
  },
  reverse: { alias: 'r', describe: 'the other way round; what is unknown stays last' },
  bytes: { describe: 'sizes as numbers of bytes' },
  human: { value: 'BOOL', describe: 'false: times and sizes in full, as in docker history; default true' },
  id: {
    value: 'KIND',
    describe: "IMAGE ID: config, as in docker's classic store (default), or manifest, as in its containerd store",
  },
  limit: { value: 'N', describe: 'at most so many results, 1 to 100; default 25' },
  time: { value: 'SECONDS', describe: 'how long to measure, about: 1 to 600; default 10' },
  now: { value: 'TIME', describe: 'the time from which relative times count back; default: that of the run' },
  verify: { describe: 'read and hash every byte; of a registry too, of which no layer is fetched otherwise' },
  'no-verify': { describe: 'read headers and documents only; the figures are then unverified' },
  expect: { value: 'REF=DIGEST', describe: 'this image must be there with this digest (repeatable)' },
  'expect-file': { value: 'FILE', reads: true, describe: 'a file of REF=DIGEST lines; # starts a comment' },
  'accept-recorded': { describe: 'take the results that an inventory records as if they were made now' },
  policy: {
    value: 'FILE',
    reads: true,
    describe: 'the rules, in YAML; docs/policy.md has them all, varve schema policy its shape',
  },
  rule: {
    value: 'NAME[=VALUE]',
    describe: 'a rule (repeatable), also in place of what FILE says; varve help policy lists them',
  },
  baseline: {
    value: 'FILE',
    reads: true,
    describe: 'an earlier state, written by varve scan, for the rules that compare with one',
  },
  strict: { describe: 'fail if a rule cannot be judged, as if the policy said strict: true' },
  'allow-no-image': { describe: 'pass also where no image is found, as if the policy said allow-no-image: true' },
  store: {
    value: 'DIR',
    describe:
      'the store to read where there is no INPUT, or to change; default: VARVE_STORE; with no DIR, that of the user',
  },
  'lock-timeout': {
    value: 'SECONDS',
    describe: 'how long to wait while another program writes to the store; default 300',
  },
  input: { alias: 'i', value: 'FILE', reads: true, describe: 'an INPUT, as docker load has it' },
  exclude: {
    value: 'GLOB',
    describe: 'leave these files and folders out of the search (repeatable)',
  },
  max: {
    value: 'NAME=VALUE',
    describe: 'another value for a limit on hostile input, as in entries=1000000 (repeatable); README.md lists them',
  },
  workers: { value: 'N', describe: 'threads that hash; 0 = in the main thread. Default: one for each processor' },
  engine: { value: 'ENGINE', describe: 'node (native) or noble (pure JavaScript)' },
  cache: {
    value: 'DIR',
    describe: 'keep what was observed in DIR, and take it from there for files that have not changed; marked cached',
  },
  'cache-limit': { value: 'SIZE', describe: 'what DIR may take on disk, as in 500MB; default 256MB' },
  'all-platforms': { describe: 'what its index has for every platform, attestations too' },
  'all-tags': { alias: 'a', describe: 'every tag of the repository that is named' },
  parallel: { value: 'N', describe: 'so many layers at a time, 1 to 64; default 3' },
  username: { alias: 'u', value: 'USER', describe: 'who logs in; asked on a terminal where it is not said' },
  'password-stdin': { describe: 'the password is what comes on standard input; on a terminal it is asked' },
  'plain-http': { describe: 'speak to registries without TLS; unasked that is tried on this machine only' },
  'ca-file': { value: 'FILE', reads: true, describe: 'certificates (PEM) that registries are trusted by as well' },
  'cert-file': { value: 'FILE', reads: true, describe: 'the certificate (PEM) that is shown to registries' },
  'key-file': { value: 'FILE', reads: true, describe: 'the key (PEM) of --cert-file' },
  authfile: {
    value: 'FILE',
    describe: 'the file of logins instead of those of docker and podman (also: REGISTRY_AUTH_FILE)',
  },
  timeout: {
    value: 'SECONDS',
    describe: 'how long a registry may say nothing: of a connection, an answer, a piece of a body; default 60',
  },
  retries: { value: 'N', describe: 'how often a registry is asked again for what may pass; default 5' },
  offline: { describe: 'open no connection: what needs a registry is refused' },
  referrers: { describe: 'of a registry also what refers to an image: signatures, SBOMs; a request for each manifest' },
  quiet: { describe: 'no progress and no remarks on standard error' },
  'no-progress': { describe: 'no progress bar' },
  'no-color': { describe: 'no colours (also: NO_COLOR)' },
} as const satisfies Readonly<Record<string, OptionFacts>>;

export type OptionName = keyof typeof optionFacts;

/** The facts of an option, with every key. */
export function factsOf(name: OptionName): OptionFacts {
  return optionFacts[name];
}

/** The short form of an option in a command; of several options with the same, the first that the command lists has it. */
export function aliasIn(options: readonly OptionName[], name: OptionName): string | undefined {
  const { alias } = factsOf(name);
  const holder = options.find((one) => factsOf(one).alias === alias);
  return alias === undefined || holder === name ? alias : undefined;
}

/** What every command takes that speaks to registries. */
export const registryOptions = [
  'plain-http',
  'ca-file',
  'cert-file',
  'key-file',
  'authfile',
  'timeout',
  'retries',
  'offline',
] as const;

export type RegistryOption = (typeof registryOptions)[number];

/** What a pull and a push take alike. */
export const transferOptions = [
  'dry-run',
  'all-tags',
  'parallel',
  'format',
  'store',
  'engine',
  'max',
  ...registryOptions,
  'quiet',
  'no-progress',
  'no-color',
] as const;

export type TransferOption = (typeof transferOptions)[number];

/** The options of every command that reads archives. */
export const scanOptions = [
  'store',
  'exclude',
  'max',
  'workers',
  'engine',
  'cache',
  'cache-limit',
  ...registryOptions,
  'referrers',
  'quiet',
  'no-progress',
  'no-color',
] as const;

export type ScanOption = (typeof scanOptions)[number];

/** Which images go into an archive that is written, and what becomes of those that cannot. */
export const packOptions = [
  'output',
  'dry-run',
  'filter',
  'now',
  'platform',
  'keep-last',
  'without',
  'only-needed',
  'prefer',
  'untag-contested',
  'keep-going',
  'split',
  'outer',
  'verify-all',
] as const;

/** What every command takes that changes the store. */
export const storeOptions = ['store', 'lock-timeout', 'format', 'output', 'quiet', 'no-progress', 'no-color'] as const;
