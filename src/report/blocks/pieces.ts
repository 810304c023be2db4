/**
 * Text in pieces. A result may be longer than any text that V8 can hold (2^29 characters), so no form joins the whole of
 * what it writes: it gives one piece after the other, and whoever writes them puts short ones together. Hostile input: any
 * number of pieces; each is as long as one line, or one small part of a document.
 */

/** So many characters are handed over at a time. */
const chunkLength = 64 * 1024;

/** The same text in pieces of about one size. */
export function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** Each line with its end. */
export function* endedLines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

/** All of it, where that is known to be short. */
export function joined(pieces: Iterable<string>): string {
  return [...pieces].join('');
}
