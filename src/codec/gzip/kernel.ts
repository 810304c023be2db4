/**
 * The gzip kernel, WebAssembly of our own (build/kernel), as a decoder drives it: pieces of input are copied into its
 * memory, what it makes is read where it lies. An instance has its whole memory from the beginning and never grows, so that
 * hostile input can neither make it larger nor reach past it. Where threads share its memory, it reads and makes right there
 * what is meant for another thread.
 */

/** The numbers of build/kernel/memory.ts. */
const inputAt = 65_536;
export const kernelInputBytes = 262_144;
/** How far back a distance may reach, RFC 1951, 3.2.5. */
export const windowBytes = 32_768;
const outputAt = inputAt + kernelInputBytes + 4096 + windowBytes;
/** What is made from one `slide` to the next at the most, and the room that it takes. */
export const kernelOutputBytes = 261_120;
export const kernelAreaBytes = kernelOutputBytes + 1024;
/** What is resolved together: both guesses fit where input and output lie. */
const resolvedBytes = 65_536;
/** What a kernel has for itself, in a memory that is shared as well. */
export const kernelOwnBytes = 655_360;

/** Why the kernel stopped; the numbers of build/kernel/status.ts. What is `damage` or greater is a key of `kernelDamage`. */
export const kernelStop = {
  wantsInput: 0,
  wantsRoom: 1,
  wantsCheck: 2,
  seesPadding: 3,
  seesBlock: 6,
  damage: 16,
} as const;

/** What the kernel refuses, in the words of zlib, which refuses the same at the same place. */
export const kernelDamage: Readonly<Record<number, string>> = {
  16: 'incorrect header check',
  17: 'unknown compression method',
  18: 'unknown header flags set',
  19: 'header crc mismatch',
  20: 'invalid block type',
  21: 'invalid stored block lengths',
  22: 'too many length or distance symbols',
  23: 'invalid code lengths set',
  24: 'invalid bit length repeat',
  25: 'invalid code -- missing end-of-block',
  26: 'invalid literal/lengths set',
  27: 'invalid distances set',
  28: 'invalid literal/length code',
  29: 'invalid distance code',
  30: 'invalid distance too far back',
  31: 'incorrect data check',
  32: 'incorrect length check',
};

/** Where an input stands that ends here: behind a member, within the first two bytes of another one, or elsewhere. */
export const kernelEnding = { behindMember: 0, halfMagic: 1 } as const;

export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  start(): void;
  feed(at: number, bytes: number): void;
  run(): number;
  slide(): void;
  place(at: number, room: number): void;
  made(): number;
  taken(): number;
  check(): number;
  ending(): number;
  startAt(bit: number, windowBytes: number, memberBytes: number, unknown: boolean): void;
  tell(bit: number): void;
  find(from: number, to: number): number;
  bit(): number;
  resolve(bytes: number): void;
  size(): number;
}

/** One instance; decodes one file at a time. */
export class Kernel {
  readonly #exports: KernelExports;
  readonly #memory: Uint8Array;
  /** Where what is made lies. */
  #areaAt = outputAt;

  constructor(exports: KernelExports, { buffer }: { readonly buffer: ArrayBuffer | SharedArrayBuffer }) {
    this.#exports = exports;
    this.#memory = new Uint8Array(buffer);
  }

  /** Whether these bytes lie in its memory. */
  holds(bytes: Uint8Array): boolean {
    return bytes.buffer === this.#memory.buffer;
  }

  /** Where a piece may be put that is taken next: it is not copied then. */
  get inputPlace(): Buffer {
    return Buffer.from(this.#memory.buffer, inputAt, kernelInputBytes);
  }

  /** Forgets everything: the first byte of a file is next. */
  start(): void {
    this.#exports.start();
  }

  /** Takes the next piece, of `kernelInputBytes` at the most; all of the last one was taken. One in its memory is to stay as it is. */
  feed(piece: Uint8Array): void {
    if (!this.holds(piece)) this.#memory.set(piece, inputAt);
    this.#exports.feed(this.holds(piece) ? piece.byteOffset : inputAt, piece.length);
  }

  /** Decodes until it wants something; a number of `kernelStop` or `kernelDamage`. */
  run(): number {
    return this.#exports.run();
  }

  /** How many bytes stand in the output area; those from before the last `slide` are not among them. */
  get madeBytes(): number {
    return this.#exports.made();
  }

  /** How many bytes of the last piece were taken. */
  get takenBytes(): number {
    return this.#exports.taken();
  }

  /** A view of what was made, valid until the next `slide`. */
  made(from: number, to: number): Uint8Array {
    return this.#memory.subarray(this.#areaAt + from, this.#areaAt + to);
  }

  /** Empties the output area. */
  slide(): void {
    this.#exports.slide();
    this.#areaAt = outputAt;
  }

  /**
   * The same, and until the next `slide` what is made lies here in its memory, `roomBytes` of it at the most; `windowBytes`
   * before it are the kernel's.
   */
  place(area: Uint8Array, roomBytes: number): void {
    this.#exports.place(area.byteOffset, roomBytes);
    this.#areaAt = area.byteOffset;
  }

  /** The checksum that the trailer gives which was read last. */
  get givenCheck(): number {
    return this.#exports.check() >>> 0;
  }

  /**
   * Goes on inside a member: a block begins at this bit of the first byte of `piece`. `window`: the end of what the member
   * became before, up to `windowBytes` of it. `memberBytes`: all of that; null where nobody knows, and then the size that
   * its trailer gives is told (`givenSize`) and not compared.
   */
  startAt(piece: Uint8Array, bit: number, window: Uint8Array, memberBytes: number | null): void {
    this.start();
    this.#memory.set(window, outputAt - window.length);
    this.feed(piece);
    this.#exports.startAt(bit, window.length, memberBytes ?? 0, memberBytes === null);
  }

  /** From this bit of the piece on, `run` stops before each block that has codes of its own, with `seesBlock`. */
  tellFrom(bit: number): void {
    this.#exports.tell(Math.max(-64, Math.min(bit, 0x7fffffff)));
  }

  /** The first bit of the piece that was fed, from `from` on and before `to`, where such a block may begin; `to` if none. */
  findBlock(from: number, to: number): number {
    return this.#exports.find(from, to) >>> 0;
  }

  /** The bit of the piece that is decoded next; less than none where bits of the one before are left. */
  get nextBit(): number {
    return this.#exports.bit();
  }

  /** The size that the trailer gave of the member whose start was not known. */
  get givenSize(): number {
    return this.#exports.size() >>> 0;
  }

  /** The last `windowBytes` that were made before the output area, which was emptied; of what was before the start too. */
  get window(): Uint8Array {
    return this.#memory.subarray(outputAt - windowBytes, outputAt);
  }

  /** Puts the bytes of `window`, all of it, into `first` where the two guesses differ (guessed-window.ts). Forgets what it decodes. */
  resolve(first: Uint8Array, second: Uint8Array, window: Uint8Array): void {
    this.start();
    this.#memory.set(window, outputAt - windowBytes);
    for (let at = 0; at < first.length; at += resolvedBytes) {
      const piece = first.subarray(at, at + resolvedBytes);
      this.#memory.set(piece, outputAt);
      this.#memory.set(second.subarray(at, at + resolvedBytes), inputAt);
      this.#exports.resolve(piece.length);
      piece.set(this.#memory.subarray(outputAt, outputAt + piece.length));
    }
  }

  /** A number of `kernelEnding`, or another. */
  get ending(): number {
    return this.#exports.ending();
  }
}
