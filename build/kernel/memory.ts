/**
 * What lies where in the memory of the kernel. Nothing is allocated: every table has the room of the worst code that
 * the format can describe, and every area ends in slack for what is written a few bytes too far by wide stores.
 */

/** Of a 32-bit entry of a table. */
export const entryBytes: u32 = 4;

/** Index bits of the first table of literals and lengths, of that of distances, and of that of code lengths. */
export const literalBits: u32 = 11;
export const distanceBits: u32 = 8;
export const lengthCodeBits: u32 = 7;

/** Most bits of a code, RFC 1951, 3.2.7. */
export const longestCode: u32 = 15;
export const literalSymbols: u32 = 288;
export const distanceSymbols: u32 = 32;
export const lengthCodeSymbols: u32 = 19;

/** What a symbol is, before the length of its code is added to it: entries by symbol. */
export const literalMeanings: u32 = 2048;
export const distanceMeanings: u32 = literalMeanings + literalSymbols * entryBytes;
export const lengthCodeMeanings: u32 = distanceMeanings + distanceSymbols * entryBytes;

/** Lengths of codes, a byte for each symbol: literals first, distances behind them; and for the code of lengths. */
export const codeLengths: u32 = 4096;
export const lengthCodeLengths: u32 = codeLengths + 512;
/** Symbols by the length of their code, two bytes each, and how many there are of each length, four bytes each. */
export const sortedSymbols: u32 = lengthCodeLengths + 64;
export const lengthCounts: u32 = sortedSymbols + 2 * literalSymbols;

/** Where the inner loop keeps the length of a match: in no register, of which there are too few. */
export const lengthPlace: u32 = lengthCounts + 64;

/** A first table, and behind it a second one for each symbol at the most. */
export const literalTable: u32 = 8192;
const literalTableBytes: u32 = ((1 << literalBits) + (literalSymbols << (longestCode - literalBits))) * entryBytes;
export const distanceTable: u32 = literalTable + literalTableBytes;
const distanceTableBytes: u32 = ((1 << distanceBits) + (distanceSymbols << (longestCode - distanceBits))) * entryBytes;
export const lengthCodeTable: u32 = distanceTable + distanceTableBytes;

/** Where the caller puts a piece of input, and how much at the most. */
export const inputAt: u32 = 65536;
export const inputBytes: u32 = 262144;

/** The last 32 KiB that were made, RFC 1951, 3.2.5, and behind them what is made now. */
export const windowBytes: u32 = 32768;
export const outputAt: u32 = inputAt + inputBytes + 4096 + windowBytes;
export const outputBytes: u32 = 262144 - 1024;
export const outputEnd: u32 = outputAt + outputBytes;

/** The longest match, RFC 1951, 3.2.5; a step of decoding may write so much and a wide store more. */
export const longestMatch: u32 = 258;
export const slackBytes: u32 = 1024;

/** What the options of the compiler ask for: ten pages. */
const memoryBytes: u32 = 10 * 65536;
if (lengthCodeTable + (entryBytes << lengthCodeBits) > inputAt) ERROR('the tables reach into the input');
if (outputEnd + slackBytes > memoryBytes) ERROR('the output reaches out of the memory');
