/**
 * What a filter case is, and the rules that the cases come from: what docker documents or, where its pages are silent,
 * what its source says; and for the keys that docker has not, what Varve promises in their help. Sources: docker/cli
 * v29.0.0 (docs/reference/commandline, opts), moby/moby v2.0.0-beta.24 (daemon), Go's documentation.
 */
import type { RowName } from './rows.js';

export type Rule = keyof typeof documentedRules;

interface Case {
  /** A sentence; the title of the test. */
  readonly title: string;
  readonly rule: Rule;
  /** The rows that there are. */
  readonly rows: readonly RowName[];
  /** The texts of the options `--filter`. */
  readonly filters: readonly string[];
}

/** Filters that mean something: the rows that they select. */
export interface Selection extends Case {
  readonly selects: readonly RowName[];
}

/** Filters that are a usage error: words that its message has to have. */
export interface Refusal extends Case {
  readonly names: readonly string[];
}

export const documentedRules = {
  syntax: 'image_ls.md: the format is "key=value"; more than one filter is more than one flag',
  splitting: 'opts.go, FilterOpt.Set: the key ends at the first =, its case does not matter, both parts are trimmed',
  unknownKey: 'filters/parse.go, Args.Validate: a key that is not accepted is an error',
  dangling: 'image_ls.md: dangling (boolean, true or false) shows the untagged images',
  booleans: 'filters/parse.go, GetBoolOrDefault: true, 1, false, 0; another value or both answers are an error',
  label: 'image_ls.md: label=<key> or label=<key>=<value>, by the presence of the label or by its value',
  labelAll: 'filters/parse.go, MatchKVList: all the pairs have to exist',
  labelNot: 'image_prune.md: label!=<key> or label!=<key>=<value>, images without the label',
  labelFlip: 'containerd/image_list.go, setupLabelFilter: a key that ends in ! turns the check around',
  before: 'image_ls.md: images created before the image with a given ID or reference',
  since: 'image_ls.md: images created after the image with a given ID or reference',
  strict: 'image_list.go: Created.Before and Created.After, strict; an image without Created is left out',
  severalTimes: 'image_list.go: several before are the oldest, several since the newest image, all values ANDed',
  image: 'image_ls.md: <image-name>[:<tag>], <image id> or <image@digest>',
  imageOrder: 'image.go, GetImage: first the name, with latest where no tag is given, then the start of an ID',
  imageMissing: 'image.go, GetImage: an image that is not there is an error',
  until: 'image_prune.md: Unix timestamps, date formatted timestamps, or Go duration strings relative to now',
  untilForms: 'timestamp.go, Parse: RFC 3339 and its shorter forms, seconds[.nanoseconds], time.ParseDuration',
  reference: 'image_ls.md: images whose reference matches the pattern; of several patterns, either',
  familiar: 'image_list.go: the pattern is matched against the familiar string and the familiar name',
  canonical: 'image_list.go: and against the canonical forms, with tag and without, so that both spellings match',
  pathMatch: 'pkg.go.dev/path#Match: the whole name; * and ? match no /; classes; escapes; ErrBadPattern',
  rowsOnly: 'image_list.go: references that do not match are left out, and so are images without any',
  referenceNot: 'help filters: reference!=PATTERN, rows whose name does not match; of several, none may match',
  platform: 'help filters: platform=OS[/ARCH[/VARIANT]], normalised; what is left out does not count; several ORed',
  sizes:
    'help filters: min-size, max-size, inclusive; kB MB GB TB decimal, KiB MiB GiB TiB binary; unknown never matches',
  archive: 'help filters: archive=GLOB, a path, or a name if it has no /; * and ? match no /, ** does; several ORed',
  layer: 'help filters: layer=DIGEST, diffID or stored digest, at least 8 digits of it; several ANDed',
  shared: 'help filters: shared=true|false, bytes in common with another image',
  superseded: 'help filters: superseded=true|false, a newer image carries every tag',
  keysAll: 'help filters: different keys all have to hold',
} as const;
