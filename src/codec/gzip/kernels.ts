/**
 * Instances of the gzip kernel: those with a memory of their own, of which a few idle ones are kept, since a scan opens a
 * decoder for each layer; and those that work in a memory that threads share. Where this Node lacks what either needs there is
 * none, and its caller does without.
 */
import { Kernel, type KernelExports, kernelOwnBytes } from './kernel.js';
import { kernelCode, sharedKernelCode } from './kernel-code.js';

/** A memory that threads share, the start of it a kernel's; it may be posted to other threads. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

const pageBytes = 65_536;

interface WasmRuntime {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: unknown };
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => SharedMemory;
}

/** Node has it, unless it was started without, but its types leave it to the library of the browser. */
const wasm = (): WasmRuntime => (globalThis as unknown as { readonly WebAssembly: WasmRuntime }).WebAssembly;

const keptKernels = 4;
const idle: Kernel[] = [];
let open: (() => Kernel) | undefined;

/** A kernel that stands at the start of a file; null where this Node has no WebAssembly, or no memory for one. */
export function takeKernel(): Kernel | null {
  try {
    const kernel = idle.pop() ?? openKernel();
    kernel.start();
    return kernel;
  } catch {
    // Decoders that need no instance are there for that.
    return null;
  }
}

/** Gives a kernel back; it must not be used afterwards. */
export function giveKernel(kernel: Kernel): void {
  if (idle.length < keptKernels) idle.push(kernel);
}

function openKernel(): Kernel {
  open ??= compiled();
  return open();
}

function compiled(): () => Kernel {
  const { Module, Instance } = wasm();
  const module = new Module(Buffer.from(kernelCode, 'base64'));
  return () => {
    const exports = new Instance(module).exports as KernelExports;
    return new Kernel(exports, exports.memory);
  };
}

/** A memory with so many bytes behind what is the kernel's; where this Node has none for a kernel, one that none takes. */
export function createSharedMemory(bytes: number): SharedMemory {
  const pages = Math.ceil((kernelOwnBytes + bytes) / pageBytes);
  try {
    const { Memory } = wasm();
    return new Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return { buffer: new SharedArrayBuffer(pages * pageBytes) };
  }
}

let sharedModule: object | undefined;

/** A kernel that works in this memory, and stands at the start of a file; null where none can. It is not to be given back. */
export function openSharedKernel(memory: SharedMemory): Kernel | null {
  try {
    const { Module, Instance } = wasm();
    sharedModule ??= new Module(Buffer.from(sharedKernelCode, 'base64'));
    const kernel = new Kernel(new Instance(sharedModule, { env: { memory } }).exports as KernelExports, memory);
    kernel.start();
    return kernel;
  } catch {
    return null;
  }
}
