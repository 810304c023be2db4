/**
 * The one class of error that Varve throws on purpose. Damage inside an archive is a finding and is returned; what ends
 * up here is what the caller has to hear about: a wrong option, an input that cannot be opened, a broken promise of ours.
 */

export type VarveErrorCode =
  | 'usage' // an option, filter or rule that means nothing
  | 'input-unreadable' // no such file, no permission, no image archive
  | 'document-invalid' // text that is no document of the promised kind
  | 'remote' // a registry that cannot be reached, refuses, or answers what it should not
  | 'interrupted' // the caller's abort signal
  | 'internal'; // a bug

/** Thrown by every stage; `code` says whose move it is. */
export class VarveError extends Error {
  readonly code: VarveErrorCode;

  constructor(code: VarveErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'VarveError';
    this.code = code;
  }
}

/** The disk is full, the folder has gone: neither a fault of the input nor a bug. */
export class OutputError extends VarveError {
  constructor(message: string, options: { readonly cause: unknown }) {
    super('internal', message, options);
    this.name = 'OutputError';
  }
}

/** A store that is damaged, or in a state in which a change would lose something: it was left as it is. */
export class StoreError extends VarveError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('input-unreadable', message, options);
    this.name = 'StoreError';
  }
}

/** What a registry, or the way to it, did not give. Its message holds no secret and no character that a terminal obeys. */
export class RemoteError extends VarveError {
  /** The HTTP status; null where there was no answer, or one that makes no sense whatever its status. */
  readonly status: number | null;
  /** The registry's own word for it, as `MANIFEST_UNKNOWN`; null where it gave none. */
  readonly registryCode: string | null;

  constructor(
    message: string,
    options: { readonly cause?: unknown; readonly status?: number | null; readonly registryCode?: string | null } = {},
  ) {
    super('remote', message, options);
    this.name = 'RemoteError';
    this.status = options.status ?? null;
    this.registryCode = options.registryCode ?? null;
  }
}

/** What is thrown once the signal of a caller has fired: the reason that the caller gave is the cause. */
export function interruption(signal: { readonly reason: unknown }): VarveError {
  return new VarveError('interrupted', 'interrupted', { cause: signal.reason });
}

/** What a system has no more of: files that may be open, memory. */
const exhaustedCodes: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** Whether an error says that the system has no more of something: no bug, and no fault of the input. */
export function isExhausted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && exhaustedCodes.has(error.code);
}

/** The message of anything that was thrown, for a sentence of ours to end with. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
