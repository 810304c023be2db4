/**
 * Observations: what was computed from the bytes of one entry, and the jobs that ask for it. Plain data that travels
 * between threads; an observation holds no opinion on any claim.
 */
import type { LayerTar, SparseContent, TarIndex } from '../archive/entry-table.js';
import type { Algorithm, Digest } from '../model/digest.js';
import type { FileList, FileListRefusal } from '../model/file-list.js';
import type { Compression } from '../model/media-type.js';
import type { Location } from '../sources/location.js';

export type Digests = Partial<Record<Algorithm, Digest>>;

/** What each probe finds, by its name. */
export interface ProbeResults {
  /** The files of the layer, each with the digest of its content. */
  readonly files: FileList | FileListRefusal;
}

export type ProbeName = keyof ProbeResults;

/** Read one body and say what it is. */
export interface BlobJob {
  readonly kind: 'blob';
  readonly location: Location;
  readonly offsetBytes: number;
  /** Of its content: of a sparse file with its holes. */
  readonly sizeBytes: number;
  readonly sparse?: SparseContent | undefined;
  /** Of the stored bytes. */
  readonly algorithms: readonly Algorithm[];
  /** Of the uncompressed tar; null where the body is not to be looked into. */
  readonly layer: readonly Algorithm[] | null;
  /** Which archive of the run it lies in, by number; layers of one archive share what they may expand to. */
  readonly archive: number;
  /** Further looks inside a layer. */
  readonly probes: readonly ProbeName[];
}

/** Read a whole archive that cannot be sought, in one pass. */
export interface StreamJob {
  readonly kind: 'stream';
  readonly location: Location;
  readonly sizeBytes: number;
  /** False: only documents and the first bytes of each body are looked at. */
  readonly bodies: boolean;
  /** Further looks inside the layers. */
  readonly probes: readonly ProbeName[];
}

/** The form of a stored layer: how its tar is compressed, and how hard; of `none` the level means nothing. */
export interface LayerForm {
  readonly compression: 'none' | 'gzip' | 'zstd';
  readonly level: number;
}

/** Decode one layer, hold it against its diffID, and encode it anew. */
export interface RecodeJob extends Pick<BlobJob, 'location' | 'offsetBytes' | 'sizeBytes' | 'sparse' | 'archive'> {
  readonly kind: 'recode';
  readonly diffId: Digest;
  readonly form: LayerForm;
  /** The file for what comes out; null where only its size and digest are wanted. */
  readonly output: string | null;
}

export type Job = BlobJob | StreamJob | RecodeJob;

/** The one source that has no end to be seen: it is read in the main thread, which can be interrupted. */
export function isStandardInput(job: Job | undefined): boolean {
  return job?.kind === 'stream' && job.location.kind === 'stdin';
}

/** A body to be observed. */
export interface BlobRequest {
  readonly location: Location;
  readonly offsetBytes: number;
  /** Of its content. */
  readonly sizeBytes: number;
  readonly sparse?: SparseContent | undefined;
  readonly algorithms: readonly Algorithm[];
  readonly layer: readonly Algorithm[] | null;
  /** The stored digest that is claimed for a layer; equal claims share one look inside. */
  readonly claimed: string | null;
}

/** What a layer turned out to hold. `offsetBytes`: where it cannot be decoded, to the last multiple of 256 KiB before. */
export type LayerObservation =
  | {
      readonly ok: true;
      readonly diffIds: Digests;
      readonly sizeBytes: number;
      readonly tar: LayerTar;
      /** What the probes found that were asked for. */
      readonly found?: Partial<ProbeResults>;
    }
  | {
      readonly ok: false;
      readonly limit: boolean;
      readonly detail: string;
      readonly offsetBytes: number;
      /** True where it says nothing of the layer itself: all layers of the archive together became too much. */
      readonly ofArchive?: boolean;
      /** True where it is a legal variant of the compression that is not decoded here, which says nothing of its bytes. */
      readonly unsupported?: true;
      /** True where damaged bytes may look like that variant. */
      readonly mayBeDamage?: true;
    };

export interface BlobObservation {
  readonly digests: Digests;
  readonly storedBytes: number;
  /** By magic number; null where the body was not looked into. */
  readonly compression: Compression | null;
  readonly layer: LayerObservation | null;
  /** What a body that was not looked into says itself of the size of its content; absent where it does not. */
  readonly claimedBytes?: number;
  /** What an earlier run has found out: all of this, or what is inside. Absent where all was computed now. */
  readonly cached?: 'body' | 'layer';
}

export interface StreamObservation {
  readonly compression: Compression;
  /** Bytes of the file or stream itself. */
  readonly sizeBytes: number;
  readonly index: TarIndex;
  /** Whether a single tar header could be read. */
  readonly isTar: boolean;
  /** The first bytes, decompressed, for the message when it is no tar. */
  readonly start: Uint8Array;
  /** Why the outer compression could not be decoded to its end, or null. */
  readonly failure: {
    readonly code: 'corrupt' | 'truncated' | 'limit' | 'unsupported';
    readonly detail: string;
  } | null;
  readonly bodies: ReadonlyMap<number, BlobObservation>;
  readonly documents: ReadonlyMap<number, Uint8Array>;
}

/** A layer in its new form, or why the body is not the layer that it was said to be. */
export type RecodedLayer =
  | { readonly ok: true; readonly digest: Digest; readonly sizeBytes: number; readonly tarBytes: number }
  | {
      readonly ok: false;
      readonly detail: string;
      /** True where nothing is wrong with the body: the file for what comes out could not be written. */
      readonly ofOutput?: true;
    };

export type Observation = BlobObservation | StreamObservation | RecodedLayer;

/** A job's end as it travels from a worker: an Error would lose its class and fields on the way. */
export type JobResult<T = Observation> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: 'input-unreadable' | 'thread-lost' | 'interrupted' | 'internal';
        readonly message: string;
      };
    };
