/**
 * An image before it is put into an archive: its layers, the bytes of its config and its ID. All archive writers take this
 * one value, so the same image can stand in several archives, and a test knows the right answer before the program runs.
 */
import { digestOf } from './digests.js';
import type { LayerSpec } from './layer.js';

/** The platform that an image is for. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** The runtime settings in an image config, as Docker spells them. */
export interface RuntimeConfig {
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>>;
}

/** One step in an image's history. */
export interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

/** What an image is made of. */
export interface ImageOptions {
  /** The base image, whose layers and history come first. */
  readonly from?: ImageSpec;
  /** The image's own layers, base first. */
  readonly layers: readonly LayerSpec[];
  /** RFC 3339. Default: 2024-01-01T00:00:00Z; null leaves it out. */
  readonly created?: string | null;
  /** Default: linux/amd64. */
  readonly platform?: Platform;
  readonly config?: RuntimeConfig;
  /** Default: one step per layer, and an empty one for Cmd; `none` leaves it out. */
  readonly history?: readonly HistoryEntry[] | 'none';
  /** Full references, such as `docker.io/library/tidewater:12`; writers shorten them as their tool does. Default: none. */
  readonly tags?: readonly string[];
  /** Keys of the config document that win over everything computed, true or not. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** An image: everything that an archive writer needs. */
export interface ImageSpec {
  readonly from?: ImageSpec;
  /** All layers, those of the base first. */
  readonly layers: readonly LayerSpec[];
  /** The bytes of the image config. */
  readonly config: Buffer;
  /** The image ID: sha256 of the config. */
  readonly id: string;
  readonly tags: readonly string[];
  readonly platform: Platform;
  /** RFC 3339, or null. */
  readonly created: string | null;
  readonly runtime: RuntimeConfig;
  readonly history: readonly HistoryEntry[];
}

const DEFAULT_CREATED = '2024-01-01T00:00:00Z';

/** An image of these layers; `{ ...spec, tags: [] }` gives the same image without its names. */
export function image(options: ImageOptions): ImageSpec {
  const { from, tags = [], config: runtime = {} } = options;
  const created = options.created === undefined ? DEFAULT_CREATED : options.created;
  const platform = options.platform ?? from?.platform ?? { os: 'linux', architecture: 'amd64' };
  const layers = [...(from?.layers ?? []), ...options.layers];
  const history = historyOf(options, created);
  const document = {
    architecture: platform.architecture,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    config: runtime,
    ...(created === null ? {} : { created }),
    ...(options.history === 'none' ? {} : { history }),
    os: platform.os,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    ...options.overrides,
  };
  const config = Buffer.from(JSON.stringify(document));
  const spec = { layers, config, id: digestOf(config), tags, platform, created, runtime, history };
  return from === undefined ? spec : { ...spec, from };
}

function historyOf(options: ImageOptions, created: string | null): readonly HistoryEntry[] {
  if (options.history === 'none') return [];
  if (options.history !== undefined) return options.history;
  const time = created === null ? {} : { created };
  const steps: HistoryEntry[] = options.layers.map((layer) => ({
    ...time,
    created_by: layer.createdBy,
    comment: 'buildkit.dockerfile.v0',
  }));
  const command = options.config?.Cmd;
  if (command !== undefined) {
    const text = `CMD ${JSON.stringify(command)}`;
    steps.push({ ...time, created_by: text, comment: 'buildkit.dockerfile.v0', empty_layer: true });
  }
  return [...(options.from?.history ?? []), ...steps];
}

/** The image's creation time in seconds since 1970; 0 where it has none. */
export function createdSeconds(spec: ImageSpec): number {
  return spec.created === null ? 0 : Math.floor(Date.parse(spec.created) / 1000);
}
