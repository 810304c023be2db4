/**
 * One run of the program: argv → command → exit code. Nothing here or below ends the process; whatever is thrown becomes
 * one line on standard error and an outcome, so that a caller (the bin, a test) gets a number in every case.
 */
import { isExhausted, messageOf, OutputError, RemoteError, StoreError, VarveError } from '../model/error.js';
import type { TextStyle } from '../report/forms/terminal.js';
import { type CommandIo, tell, tellPlain, write } from './command-io.js';
import { commands } from './commands/index.js';
import { exitCodeOf, type Outcome } from './exit-codes.js';
import type { Command, Context } from './line/command.js';
import { asVarve } from './line/docker-words.js';
import type { OptionName } from './line/options.js';
import type { CommandOptions } from './line/read-options.js';
import { programVersion } from './program-version.js';

/** Does what the words after the program's name say and returns the exit code. Never throws. */
export async function runProgram(argv: readonly string[], io: CommandIo): Promise<number> {
  let words = argv;
  try {
    words = asVarve(argv, commands);
    return exitCodeOf(await runCommand(words, io));
  } catch (error) {
    return exitCodeOf([await explain(error, words, io)]);
  }
}

async function runCommand(argv: readonly string[], io: CommandIo): Promise<readonly Outcome[]> {
  const text = await textOnly(argv, io);
  if (text !== null) {
    await write(io.stdout, text);
    return ['done'];
  }
  const { parseLine } = await import('./line/parser.js');
  const { withImageWords } = await import('./selection/image-words.js');
  const { withStoreInput } = await import('./selection/store-input.js');
  const { command, options: written } = parseLine(argv, commands);
  const options = await withStoreInput(command, withImageWords(command, written), io);
  const context: Context = { io, style: styleOf(options, io), commands };
  const { run: runOf } = await command.load();
  // What the command lists was read, and by its type it asks for nothing else.
  return runOf(options as CommandOptions<OptionName>, context);
}

/** Help and version, which need neither the parser nor the scan; null where something else is asked for. */
async function textOnly(argv: readonly string[], io: CommandIo): Promise<string | null> {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  if (words[0] === '--version') return `${programVersion()}\n`;
  const [first] = words;
  const asked = argv.length === 0 || first === 'help' || words.includes('--help') || words.includes('-h');
  if (!asked) return null;
  const plain = words.filter((word) => !word.startsWith('-'));
  return first === 'help' ? subjectHelp(plain.slice(1), io) : commandHelp(plain[0], io);
}

/** `varve help WORD`: the help of a command, a topic, or what the word means. Throws UsageError. */
async function subjectHelp(subject: readonly string[], io: CommandIo): Promise<string> {
  const [word] = subject;
  if (word === undefined || commandNamed(word) !== null) return commandHelp(word, io);
  const { helpTopics, isHelpTopic } = await import('./help/help.js');
  if (isHelpTopic(word)) {
    const { topicText } = await import('./help/help-topics.js');
    return topicText(word, widthOf(io), commands);
  }
  const { explained, explanationText } = await import('./help/explanation-text.js');
  const pages = [...commands.map(({ name }) => name), ...helpTopics];
  try {
    return explanationText(explained(subject, commands, pages), widthOf(io));
  } catch (error) {
    // Of docker's commands it says what does the same.
    asVarve(subject, commands);
    throw error;
  }
}

/** `varve COMMAND --help`, and `varve --help`. Throws UsageError for a command that is none. */
async function commandHelp(word: string | undefined, io: CommandIo): Promise<string> {
  const command = commandNamed(word);
  if (word !== undefined && command === null) {
    const { refuse } = await import('./line/parser.js');
    return refuse(word, commands);
  }
  const { helpText } = await import('./help/help.js');
  return helpText(command, widthOf(io), commands);
}

/** Colour and width of standard output. NO_COLOR is stronger than FORCE_COLOR; a pipe has neither colour nor width. */
export function styleOf({ color = true }: { readonly color?: boolean }, io: CommandIo): TextStyle {
  const { NO_COLOR: noColor = '', FORCE_COLOR: forceColor = '', TERM: term } = io.env;
  const wanted =
    forceColor === '' ? io.stdout.isTTY === true && term !== 'dumb' : forceColor !== '0' && forceColor !== 'false';
  return { width: widthOf(io), color: color && noColor === '' && wanted };
}

function widthOf({ stdout }: CommandIo): number | null {
  return stdout.isTTY === true ? (stdout.columns ?? 80) : null;
}

function commandNamed(word: string | undefined): Command | null {
  return commands.find(({ name }) => name === word) ?? null;
}

/** Says what went wrong, on standard error, and what it means for the exit code. */
async function explain(error: unknown, argv: readonly string[], io: CommandIo): Promise<Outcome> {
  if (io.signal.aborted) return io.signal.reason === 'SIGTERM' ? 'terminated' : 'interrupted';
  await tellError(error, argv, io);
  if (error instanceof StoreError || error instanceof RemoteError) return 'unreadable';
  return error instanceof VarveError && error.code === 'usage' ? 'usage' : 'internal';
}

async function tellError(error: unknown, argv: readonly string[], io: CommandIo): Promise<void> {
  const message = messageOf(error);
  if (error instanceof VarveError && error.code === 'usage') {
    await tell(io, message);
    const command = commandNamed(argv[0]);
    await tellPlain(io, `Try 'varve ${command === null ? '' : `${command.name} `}--help'.\n`);
    return;
  }
  const told = [OutputError, StoreError, RemoteError].some((kind) => error instanceof kind);
  const isBug = !(told || isExhausted(error));
  await tell(io, isBug ? `${message} (this is a bug in varve, please report it)` : message);
  if (io.env['VARVE_DEBUG'] === '1' && error instanceof Error) await tellPlain(io, `${error.stack}\n`);
}
