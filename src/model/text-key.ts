/**
 * A text as the key of a map or set: itself, or where it is long its length and a hash. V8 hashes no text of more than 16,383
 * characters but takes its length, so that a thousand long ones of one length are compared each with each. Hostile input:
 * texts that are alike to their ends; the hash starts with a number that nobody can know, so that no two are made to meet.
 */

/** No key of a map should be longer; a path that a system takes has as many bytes. */
const longestKey = 4096;

const seeds = [0, 1, 2, 3].map(() => Math.floor(Math.random() * 2 ** 32) | 0);

/** A key that is equal for equal texts only, and short. */
export function textKey(text: string): string {
  return text.length <= longestKey ? text : `\0${text.length} ${hashOf(text)}`;
}

/** Two times two lanes that run into each other: 128 bits, where chance finds no two texts. */
function hashOf(text: string): string {
  let [a = 0, b = 0, c = 0, d = 0] = seeds;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit ^ (a >>> 15), 0x85ebca6b);
    c = Math.imul(c ^ unit ^ (b >>> 13), 0xc2b2ae35);
    d = Math.imul(d ^ unit ^ (c >>> 16), 0x27d4eb2f);
  }
  return [a, b, c, d].map((lane) => (lane >>> 0).toString(36)).join();
}
