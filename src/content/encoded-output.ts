/**
 * An output that is compressed as a whole while it is written. It can only go on: where a body is begun again, since its
 * first copy was not what it should be, what was encoded is of no use, and the output says so instead of going on; whoever
 * writes it begins anew without that copy. In bounded memory.
 */
import { createEncoder, type EncodedForm, encoderLevels } from '../codec/encode/encoder.js';
import type { NewOutput } from './new-output.js';

/** What is written to it comes out compressed. */
export interface EncodedOutput extends NewOutput {
  /** Whether a position came again: nothing was written since, and it may only be abandoned. */
  readonly isTorn: boolean;
  /** Of what came out so far. */
  readonly sizeBytes: number;
}

/** Compresses what is written, at the level that is usual for the form. `commit` and `abandon` are those of `inner`, too. */
export function encodedOutput(inner: NewOutput, form: EncodedForm): EncodedOutput {
  const encoder = createEncoder(form, encoderLevels[form].usual);
  let isTorn = false;
  let takenBytes = 0;
  let writtenBytes = 0;
  const sink = (bytes: Uint8Array): void => {
    inner.write('', bytes, writtenBytes);
    writtenBytes += bytes.length;
  };
  return {
    get isTorn() {
      return isTorn;
    },
    get sizeBytes() {
      return writtenBytes;
    },
    write(_, bytes, positionBytes) {
      isTorn ||= positionBytes !== takenBytes;
      if (isTorn) return;
      encoder.write(bytes, sink);
      takenBytes += bytes.length;
    },
    commit() {
      if (isTorn) throw new TypeError('what was written twice cannot be compressed');
      encoder.end(sink);
      inner.commit();
    },
    abandon() {
      encoder.close();
      inner.abandon();
    },
  };
}

/** An output that goes nowhere: what would be written is of interest by its size alone. */
export const nowhere: NewOutput = { write() {}, commit() {}, abandon() {} };
