/** What a call of the kernel ends with; src/codec/gzip/kernel.ts has the same numbers. Those from 16 on are damage, of
 * which 31 is a wrong checksum: that one is found by the caller. */

/** All input was taken. */
export const wantsInput: i32 = 0;
/** The output area is full: its caller takes it and lets it slide. */
export const wantsRoom: i32 = 1;
/** A member's checksum was read and is to be compared. */
export const wantsCheck: i32 = 2;
/** A zero byte stands behind a member. */
export const seesPadding: i32 = 3;
/** Between the parts of the kernel: on with it, the block is over. */
export const goesOn: i32 = 4;
export const blockEnds: i32 = 5;
/** A block with codes of its own is next, at or behind the bit from which on its caller wants to know. */
export const seesBlock: i32 = 6;

export const badHeader: i32 = 16;
export const badMethod: i32 = 17;
export const badFlags: i32 = 18;
export const badHeaderCheck: i32 = 19;
export const badBlockType: i32 = 20;
export const badStoredLengths: i32 = 21;
export const tooManySymbols: i32 = 22;
export const badLengthCode: i32 = 23;
export const badRepeat: i32 = 24;
export const noEndOfBlock: i32 = 25;
export const badLiteralLengths: i32 = 26;
export const badDistanceLengths: i32 = 27;
export const badLiteralCode: i32 = 28;
export const badDistanceCode: i32 = 29;
export const badDistance: i32 = 30;
export const badLength: i32 = 32;
