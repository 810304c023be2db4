/**
 * gzip on the kernel of our own, the fastest path: synchronous, its output hashed where it was decoded. It judges every
 * member as zlib does and says so in zlib's words. Memory is the kernel's, whatever the input claims.
 */
import type { CodecError } from '../codec-error.js';
import type { Decoder, DecoderOptions, Sink } from '../decoder.js';
import { type Checksum, checksumOf, type MemberChecks } from './checksum.js';
import { GzipInput } from './gzip-input.js';
import { type Kernel, kernelDamage, kernelEnding, kernelInputBytes, kernelOutputBytes, kernelStop } from './kernel.js';
import { giveKernel, openSharedKernel, takeKernel } from './kernels.js';

/** The key of what a checksum that does not fit is called. */
const wrongCheck = 31;

/** From so many bytes on what was made is moved out of the way after a piece, while it is still in the cache. */
const slideBytes = 64 * 1024;

/** A member of so many bytes is worth the words by which its checksum is handed over. */
const handOverBytes = 1024 * 1024;

/** A decoder on the kernel; null where this Node lacks what it needs. */
export function openKernelDecoder(options: KernelOptions): Decoder | null {
  if (checksumOf === undefined) return null;
  const { memory, output } = options;
  const shared = memory === undefined || output === undefined ? null : openSharedKernel(memory);
  const kernel = shared ?? takeKernel();
  return kernel === null ? null : new KernelGzipDecoder(kernel, checksumOf, options, shared !== null);
}

type KernelOptions = Pick<DecoderOptions, 'output' | 'memory' | 'memberChecks'>;

class KernelGzipDecoder implements Decoder {
  readonly asynchronous = false;
  readonly #checksumOf: Checksum;
  readonly #output: (() => Uint8Array) | undefined;
  readonly #others: MemberChecks | undefined;
  /** Whether what is made is made where it is wanted. */
  readonly #inPlace: boolean;
  readonly #input = new GzipInput();
  #kernel: Kernel | null;
  /** Of the member so far, and how many bytes that is. */
  #checksum = 0;
  #memberBytes = 0;
  #handedOver = false;
  /** In the output area: up to where bytes are in the checksum, and where they were emitted. */
  #checkedBytes = 0;
  #emittedBytes = 0;
  /** In place: whether the area is the one where output is wanted, and how much was emitted that would still be in the kernel's own. */
  #isPlaced = false;
  #leftBytes = 0;

  constructor(kernel: Kernel, checksumOf: Checksum, { output, memberChecks }: KernelOptions, inPlace: boolean) {
    this.#kernel = kernel;
    this.#checksumOf = checksumOf;
    this.#output = output;
    this.#others = memberChecks;
    this.#inPlace = inPlace;
  }

  get inputPlace(): Buffer | null {
    return this.#inPlace ? null : (this.#kernel?.inputPlace ?? null);
  }

  write(input: Uint8Array, sink: Sink): void {
    if (this.#input.padding) this.#input.skipPadding(input, this.#input.offsetBytes);
    else this.#decode(input, sink);
    this.#input.advance(input);
  }

  #decode(input: Uint8Array, sink: Sink): void {
    this.#input.checkStart(input);
    const kernel = this.#open;
    for (let at = 0; at < input.length; at += kernelInputBytes) {
      kernel.feed(input.subarray(at, at + kernelInputBytes));
      const stop = this.#run(kernel, sink);
      if (stop === kernelStop.seesPadding) {
        const end = at + kernel.takenBytes;
        this.#input.skipPadding(input.subarray(end), this.#input.offsetBytes + end);
        return;
      }
    }
  }

  /** Decodes the piece at hand; returns why no more of it is wanted. */
  #run(kernel: Kernel, sink: Sink): number {
    for (;;) {
      if (this.#inPlace) this.#place(kernel);
      const stop = kernel.run();
      this.#addToChecksum(kernel);
      if (stop === kernelStop.wantsCheck) {
        this.#compare(kernel, sink);
        continue;
      }
      if (stop >= kernelStop.damage) throw this.#damage(stop);
      this.#emit(kernel, sink);
      if (this.#memberBytes >= handOverBytes) this.#handOver();
      if (stop === kernelStop.wantsRoom || this.#leftBytes + kernel.madeBytes >= slideBytes) {
        this.#slide(kernel);
        this.#leftBytes = 0;
      }
      if (stop !== kernelStop.wantsRoom) return stop;
    }
  }

  #slide(kernel: Kernel): void {
    kernel.slide();
    this.#isPlaced = false;
    this.#checkedBytes = 0;
    this.#emittedBytes = 0;
  }

  /** The room is that of the kernel's own area, so that the pieces are the same. */
  #place(kernel: Kernel): void {
    if (this.#isPlaced || this.#output === undefined) return;
    kernel.place(this.#output(), kernelOutputBytes - this.#leftBytes);
    this.#isPlaced = true;
  }

  #addToChecksum(kernel: Kernel): void {
    const made = kernel.madeBytes;
    if (made === this.#checkedBytes) return;
    if (!this.#handedOver) {
      this.#checksum = this.#checksumOf(kernel.made(this.#checkedBytes, made), this.#checksum);
    }
    this.#memberBytes += made - this.#checkedBytes;
    this.#checkedBytes = made;
  }

  #handOver(): void {
    if (this.#others === undefined || this.#handedOver) return;
    this.#others.goOn(this.#checksum);
    this.#handedOver = true;
  }

  /**
   * The end of a member. All of a long one is emitted before it is judged, whoever does that: what comes out before damage
   * is the same in either case.
   */
  #compare(kernel: Kernel, sink: Sink): void {
    if (this.#memberBytes >= handOverBytes) this.#emit(kernel, sink);
    if (this.#handedOver) this.#others?.compare(kernel.givenCheck, this.#damage(wrongCheck));
    else if (kernel.givenCheck !== this.#checksum) throw this.#damage(wrongCheck);
    this.#checksum = 0;
    this.#memberBytes = 0;
    this.#handedOver = false;
  }

  #emit(kernel: Kernel, sink: Sink): void {
    const made = kernel.madeBytes;
    if (this.#inPlace) {
      if (made > 0) sink(kernel.made(0, made));
      this.#leftBytes += made;
      // Where it lies is no longer the kernel's, and the window was the end of that.
      this.#slide(kernel);
      return;
    }
    if (this.#output === undefined) {
      if (made > this.#emittedBytes) sink(kernel.made(this.#emittedBytes, made));
    } else {
      for (let at = this.#emittedBytes; at < made; ) {
        const output = this.#output();
        const end = Math.min(made, at + output.length);
        output.set(kernel.made(at, end));
        sink(output.subarray(0, end - at));
        at = end;
      }
    }
    this.#emittedBytes = made;
  }

  end(): void {
    if (this.#input.padding) return;
    const { ending } = this.#open;
    if (ending === kernelEnding.behindMember) return;
    throw ending === kernelEnding.halfMagic
      ? this.#input.badEnd({ message: kernelDamage[16] ?? '' })
      : this.#input.badEnd();
  }

  close(): void {
    if (this.#kernel !== null && !this.#inPlace) giveKernel(this.#kernel);
    this.#kernel = null;
  }

  get #open(): Kernel {
    if (this.#kernel === null) throw new TypeError('The decoder is closed.');
    return this.#kernel;
  }

  #damage(status: number): CodecError {
    return this.#input.damage({ message: kernelDamage[status] ?? `status ${status}` });
  }
}
