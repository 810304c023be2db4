/**
 * A header block as nearly all writers write nearly all of them: a file, a folder or a link by no other name than that in it, every
 * number in plain digits. It is read in one go, and no text is made of it; what is out of the ordinary in whatever way is left to
 * `TarCursor`, and what is not, that would take the same. The reading is WebAssembly of our own (`build/header`), which runs
 * fast at once, in every thread. Hostile input: any block; never throws.
 */
import { blockBytes } from './tar-header.js';
import { usualHeaderCode } from './usual-header-code.js';

/** What it says of a block, and which numbers of 32 bits it leaves behind it: those of build/header/index.ts. */
const unusual = 0;
const usualFolder = 2;
const places = {
  sizeBytes: 0,
  nameStart: 1,
  nameEnd: 2,
  nameLow: 3,
  nameHigh: 4,
  folderLow: 5,
  folderHigh: 6,
} as const;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  read(): number;
}

/** Node has it, unless it was started without, but its types leave it to the library of the browser. */
interface WasmRuntime {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

export class UsualHeader {
  readonly #exports: Exports;
  readonly #block: Uint8Array;
  readonly #numbers: Int32Array;
  isFolder = false;

  constructor(exports: Exports) {
    const { buffer } = exports.memory;
    this.#exports = exports;
    this.#block = new Uint8Array(buffer, 0, blockBytes);
    this.#numbers = new Int32Array(buffer, blockBytes, places.folderHigh + 1);
  }

  /** Reads the block that begins there; false where it is none of this kind, or where its name or target is one that someone may look for. */
  read(bytes: Buffer, at: number): boolean {
    this.#block.set(bytes.subarray(at, at + blockBytes));
    const kind = this.#exports.read();
    this.isFolder = kind === usualFolder;
    return kind !== unusual;
  }

  /** Of its body, less than 1 GiB. */
  get sizeBytes(): number {
    return this.#numbers[places.sizeBytes] ?? 0;
  }

  /** Its name, without a leading `./` and a trailing slash. */
  get name(): string {
    const [start = 0, end = 0] = this.#numbers.subarray(places.nameStart, places.nameEnd + 1);
    return Buffer.from(this.#block.buffer, start, end - start).toString('utf8');
  }

  /** The hashes of that name, as a `PathSet` has them. */
  get nameLow(): number {
    return this.#numbers[places.nameLow] ?? 0;
  }

  get nameHigh(): number {
    return this.#numbers[places.nameHigh] ?? 0;
  }

  /** The same with a slash behind it. */
  get folderLow(): number {
    return this.#numbers[places.folderLow] ?? 0;
  }

  get folderHigh(): number {
    return this.#numbers[places.folderHigh] ?? 0;
  }
}

let opened: UsualHeader | null | undefined;

/** The one of this thread: what it said of a block is good until it reads the next. Null where this Node has no WebAssembly. */
export function usualHeader(): UsualHeader | null {
  if (opened === undefined) opened = open();
  return opened;
}

function open(): UsualHeader | null {
  try {
    const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WasmRuntime };
    const module = new WebAssembly.Module(Buffer.from(usualHeaderCode, 'base64'));
    return new UsualHeader(new WebAssembly.Instance(module).exports as Exports);
  } catch {
    return null;
  }
}
