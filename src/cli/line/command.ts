/**
 * What a command is: facts for the parser and the help, and the way to the module that does it. The facts are plain data,
 * so that `--help` loads nothing of the library; the module (commands/run) imports all that its command needs.
 */
import type { TextStyle } from '../../report/forms/terminal.js';
import type { CommandIo } from '../command-io.js';
import type { Outcome } from '../exit-codes.js';
import { aliasIn, type Format, type OptionName } from './options.js';
import type { CommandOptions, FailOn } from './read-options.js';

export interface Context {
  readonly io: CommandIo;
  /** Of standard output. */
  readonly style: TextStyle;
  /** All that there are, for the commands that tell of them. */
  readonly commands: readonly Command[];
}

/** The module that does a command, from the options that it reads. */
export interface CommandModule<Name extends OptionName> {
  /** Does the work and writes the result. Throws VarveError; damage in the input is no error. */
  readonly run: (options: CommandOptions<Name>, context: Context) => Promise<readonly Outcome[]>;
}

/** A command that takes these options; without any, one of which they are not known. */
export interface Command<Name extends OptionName = OptionName> {
  readonly name: string;
  /** For the list of commands: what it does, in half a line. */
  readonly summary: string;
  /** For its own help: what it reads and what it answers. */
  readonly description: string;
  readonly positional: {
    readonly name: 'INPUT' | 'DELTA' | 'PATH' | 'KIND' | 'SHELL' | 'NAME' | 'REF' | 'SERVER';
    readonly many: boolean;
    readonly describe: string;
    /** Words that stand before the others. */
    readonly leading?: readonly {
      readonly name: 'TERM' | 'BEFORE' | 'AFTER' | 'SOURCE' | 'TARGET';
      readonly describe: string;
    }[];
    /** The words of its usage, where there are several ways to say them; default: `leading`, then the others. */
    readonly forms?: readonly [string, ...string[]];
  };
  readonly formats: readonly Format[];
  /** All that its `run` gets; to read another is an error of the compiler. */
  readonly options: readonly Name[];
  /** Letters of options that other commands have for something else. */
  readonly aliases?: Readonly<Partial<Record<OptionName, string>>>;
  /** Keys of `--filter` that it has for itself; each takes yes or no. */
  readonly ownFilters?: readonly string[];
  /** What `--fail-on` is where nothing is said; default never. */
  readonly failOn?: FailOn;
  /** Whether no `--output` is another place than standard output, so that `-` is refused. */
  readonly outputIsFile?: boolean;
  /** Whether `--image` may be given twice. */
  readonly twoImages?: boolean;
  /** Whether `--without` takes images, and not kinds of them. */
  readonly withoutImages?: boolean;
  /** What words mean that are no path: nothing without it, one or two images, or names that select rows. */
  readonly imageWords?: 'one' | 'two' | 'names';
  /** Whether `--store` says what it works on; without it, what it reads where there is no INPUT. */
  readonly worksOnStore?: true;
  readonly examples: readonly (readonly [command: string, does: string])[];
  readonly load: () => Promise<CommandModule<NoInfer<Name>>>;
}

/** The same command; its type is that of the options that it lists. */
export function command<Name extends OptionName>(facts: Command<Name>): Command<Name> {
  return facts;
}

/** The letter of an option, of that command. */
export function aliasOf(
  { aliases, options }: Pick<Command, 'aliases' | 'options'>,
  name: OptionName,
): string | undefined {
  return aliases?.[name] ?? aliasIn(options, name);
}

/** Where a command looks; the same words in every help text. */
export const inputs = {
  name: 'INPUT',
  many: true,
  describe:
    'archive, OCI layout, folder (searched for both), glob, - (standard input), an inventory of varve scan, or docker://REF and registry://HOST[/REPOSITORY], of which no layer is fetched; default: this folder',
} as const;

/** The same, of a command that takes a word which is no path for an image. */
export const inputsAndImage = {
  ...inputs,
  describe: `${inputs.describe}. A word that is no path is an image, as in shop/api:1.2: its name, the end of its name, or its ID`,
  forms: ['[INPUT..] [IMAGE]'],
} as const;
