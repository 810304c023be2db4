/**
 * The program as a process: connects it to `runProgram`. The first SIGINT or SIGTERM asks the run to stop and tidy up, the second ends
 * it at once.
 */
import { fstatSync, type Stats } from 'node:fs';
import process from 'node:process';
import type { CommandIo } from './command-io.js';
import { exitCodeOf } from './exit-codes.js';
import { runProgram } from './run.js';

// The command is bundled (build/bundle-command.ts): with its maps a stack trace names the sources.
if (process.env['VARVE_DEBUG'] === '1') process.setSourceMapsEnabled(true);
const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (controller.signal.aborted) process.exit(exitCodeOf([signal === 'SIGINT' ? 'interrupted' : 'terminated']));
    controller.abort(signal);
  });
}

const io: CommandIo = {
  // Node sets each of them up when it is asked for first, which takes longer than most of what it is asked for.
  get stdout() {
    return unthrowing(process.stdout);
  },
  get stderr() {
    return unthrowing(process.stderr);
  },
  isWatched: statOf(2)?.isCharacterDevice() ?? true,
  env: process.env,
  pipedInput: isPiped(0),
  signal: controller.signal,
};
// Not `exitCode`: an open standard input must not keep a finished run alive. All output has been handed over by now.
runProgram(process.argv.slice(2), io).then((code) => process.exit(code));

/** Each write reports its own error; without a listener, a closed pipe would end the process with a stack trace. */
function unthrowing<S extends NodeJS.WriteStream>(stream: S): S {
  return stream.listenerCount('error') > 0 ? stream : stream.on('error', () => {});
}

/** A pipe, a socket or a file with content; a terminal and /dev/null are not. */
function isPiped(descriptor: number): boolean {
  const facts = statOf(descriptor);
  return facts !== null && (facts.isFIFO() || facts.isSocket() || (facts.isFile() && facts.size > 0));
}

function statOf(descriptor: number): Stats | null {
  try {
    return fstatSync(descriptor);
  } catch {
    return null;
  }
}
