/**
 * The one error that a decoder throws on purpose. It speaks of the compressed input only: which kind of trouble, and where.
 * Whether that becomes a finding or ends the work is for the stages that call this folder.
 */

export type CodecErrorCode =
  | 'corrupt' // the bytes break the format, fail their checksum, or garbage follows the end
  | 'truncated' // the input ends inside a member, frame or stream, or holds none
  | 'limit' // decoding would need more memory than this folder allows
  | 'unsupported'; // a legal feature of the format that is not decoded here

export interface CodecErrorOptions {
  readonly cause?: unknown;
  /** Default: false. */
  readonly mayBeDamage?: boolean;
}

/** Thrown by every decoder; `offsetBytes` counts in the compressed input, where known, and else says how far decoding had come. */
export class CodecError extends Error {
  readonly code: CodecErrorCode;
  readonly offsetBytes: number;
  /** Of what is `unsupported`: whether damaged bytes may look just so. */
  readonly mayBeDamage: boolean;

  constructor(code: CodecErrorCode, message: string, offsetBytes: number, options?: CodecErrorOptions) {
    super(message, options);
    this.name = 'CodecError';
    this.code = code;
    this.offsetBytes = offsetBytes;
    this.mayBeDamage = options?.mayBeDamage ?? false;
  }
}
