/** Which images of a pull are whole by now. To give one its name takes writings that are waited for, so several are told together. */
import type { TransferPlan } from '../../content/transfer/transfer-plan.js';
import type { Digest } from '../../model/digest.js';
import { OutputError, StoreError } from '../../model/error.js';
import type { PulledImage } from './pulled-image.js';

const toldEveryMs = 1000;

/** Tells of images when all of each is there, and of several together where they come soon after each other. */
export class ImagesInProgress {
  readonly #lacks = new Map<PulledImage, number>();
  readonly #waiting = new Map<Digest, PulledImage[]>();
  readonly #whole: (images: readonly PulledImage[]) => void;
  #untold: PulledImage[] = [];
  #toldMs = performance.now();

  constructor(
    images: readonly PulledImage[],
    { bodies, documents }: TransferPlan,
    whole: (images: readonly PulledImage[]) => void,
  ) {
    this.#whole = whole;
    const coming = new Set([...bodies, ...documents].map(({ digest }) => digest));
    for (const image of images) {
      const lacks = [...image.graph.nodes.keys()].filter((digest) => coming.has(digest));
      this.#lacks.set(image, lacks.length);
      for (const digest of lacks) this.#waiting.set(digest, [...(this.#waiting.get(digest) ?? []), image]);
      if (lacks.length === 0) this.#untold.push(image);
    }
  }

  there(digest: Digest): void {
    for (const image of this.#waiting.get(digest) ?? []) {
      const lacks = (this.#lacks.get(image) ?? 0) - 1;
      this.#lacks.set(image, lacks);
      if (lacks === 0) this.#untold.push(image);
    }
    if (performance.now() - this.#toldMs >= toldEveryMs) this.#tell();
  }

  /** Does what brings them, and tells of those that are there at its end, whatever that is; where nothing can be written, of none. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#tell();
      return result;
    } catch (error) {
      if (!(error instanceof OutputError || error instanceof StoreError)) this.#tell();
      throw error;
    }
  }

  #tell(): void {
    if (this.#untold.length > 0) this.#whole(this.#untold);
    this.#untold = [];
    this.#toldMs = performance.now();
  }
}
