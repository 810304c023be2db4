/**
 * Loaded before the program (`node --import`), in every thread of it: makes reads of one file go wrong as
 * `VARVE_FAULT` says. The program itself has no such door; what is patched is Node's own `fs`.
 */
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { BroadcastChannel, isMainThread, threadId, type Worker } from 'node:worker_threads';

export interface Fault {
  /** The end of the path of the file; `standard input`, which the main thread reads, where that is a file. */
  readonly file: string;
  /** Reads that reach this byte go wrong. Default: all. */
  readonly fromByte?: number;
  /** Reads from this byte on go well. Default: none. */
  readonly toByte?: number;
  /**
   * What goes wrong. `terminate`: the main thread ends the worker that reads; `terminate-others`: all the others, and leaves
   * a byte for each in `countFile`; `terminate-first`, `terminate-second`: the main thread, which reads, ends that worker. The
   * other kinds need no second thread.
   */
  readonly kind:
    | 'unreadable'
    | 'exit'
    | 'exhaust-heap'
    | 'terminate'
    | 'terminate-others'
    | 'terminate-first'
    | 'terminate-second'
    | 'shrink'
    | 'grow'
    | 'replace'
    | 'slow';
  /** How often, over all threads; every time it leaves a byte in `countFile`. Default: always. */
  readonly times?: number;
  readonly countFile: string;
}

/** In the main thread: the workers in the order in which they were started. */
const startedWorkers: Worker[] = [];

const faultText = process.env['VARVE_FAULT'];
if (faultText !== undefined) install(JSON.parse(faultText) as Fault);

function install(fault: Fault): void {
  const { openSync, readSync } = fs;
  const paths = new Map([[0, 'standard input']]);
  let inputBytes = 0;
  fs.openSync = (path, ...rest) => {
    const fd = openSync(path, ...rest);
    paths.set(fd, String(path));
    return fd;
  };
  const read = (fd: number, target: NodeJS.ArrayBufferView, ...rest: number[]): number => {
    const [, length = 0, given] = rest;
    const position = given ?? (fd === 0 ? inputBytes : 0);
    const path = paths.get(fd) ?? '';
    const reaches =
      path.endsWith(fault.file) && position + length > (fault.fromByte ?? 0) && position < (fault.toByte ?? Infinity);
    if (reaches && isDue(fault)) breakRead(fault, path);
    const n = readSync(fd, target, ...(rest as [number, number, number]));
    if (fd === 0) inputBytes += n;
    return n;
  };
  fs.readSync = read as typeof readSync;
  syncBuiltinESMExports();
  if (fault.kind.startsWith('terminate') && isMainThread) terminateOnDemand(fault);
}

function isDue({ times, countFile, kind }: Fault): boolean {
  // What ends a thread must not end the program: the main thread only looks at headers here.
  if (isMainThread && ['exit', 'exhaust-heap', 'terminate', 'terminate-others'].includes(kind)) return false;
  return times === undefined
    ? took(countFile)
    : onlyOne(countFile, () => turnsOf(countFile) < times && took(countFile));
}

function took(countFile: string): true {
  fs.appendFileSync(countFile, '.');
  return true;
}

function turnsOf(countFile: string): number {
  return fs.existsSync(countFile) ? fs.statSync(countFile).size : 0;
}

/** So long nobody takes to look: whoever holds the lock longer was ended meanwhile. */
const heldMs = 2000;

/** Lets one thread look and take, however many ask at once; one that is ended while it does holds nobody up. */
function onlyOne(countFile: string, look: () => boolean): boolean {
  const lock = `${countFile}.lock`;
  while (!isMade(lock)) {
    const madeMs = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - madeMs > heldMs) fs.rmSync(lock, { recursive: true, force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
  try {
    return look();
  } finally {
    fs.rmSync(lock, { recursive: true, force: true });
  }
}

function isMade(lock: string): boolean {
  try {
    fs.mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function breakRead({ kind }: Fault, path: string): void {
  switch (kind) {
    case 'unreadable':
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });
    case 'exit':
      process.exit(7);
      break;
    case 'exhaust-heap':
      exhaustHeap();
      break;
    case 'terminate':
      new BroadcastChannel('varve-fault').postMessage(threadId);
      // Until the main thread has heard of it.
      for (;;);
    case 'terminate-others':
      new BroadcastChannel('varve-fault').postMessage(threadId);
      // Long enough for that; then this thread goes on.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
      break;
    case 'terminate-first':
    case 'terminate-second':
      void startedWorkers[kind === 'terminate-first' ? 0 : 1]?.terminate();
      break;
    case 'shrink':
      fs.truncateSync(path, 700);
      break;
    case 'grow':
      fs.appendFileSync(path, Buffer.alloc(4096, 1));
      break;
    case 'replace':
      fs.renameSync(`${path}.other`, path);
      break;
    case 'slow':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

function exhaustHeap(): void {
  const held: string[][] = [];
  for (;;) held.push(Array.from({ length: 100_000 }, (_, i) => `${held.length} ${i}`));
}

/** Remembers the threads that the pool starts, and ends the one that asks for it, or all the others. */
function terminateOnDemand({ kind, countFile }: Fault): void {
  const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: new (...args: never[]) => Worker };
  const Original = threads.Worker;
  threads.Worker = class extends Original {
    constructor(...args: never[]) {
      super(...args);
      startedWorkers.push(this as unknown as Worker);
    }
  };
  const channel = new BroadcastChannel('varve-fault');
  channel.onmessage = (message) => {
    const { data } = message as { readonly data: number };
    const others = kind === 'terminate-others';
    // A thread that has ended has the number -1.
    const due = startedWorkers.filter(({ threadId: id }) => id > 0 && (id === data) !== others);
    for (const worker of due) {
      void worker.terminate();
      if (others) fs.appendFileSync(countFile, '.');
    }
  };
  channel.unref();
}
