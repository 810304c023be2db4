/**
 * `varve completion`: what is offered is what the parser takes, in each script. The script of bash is run in bash; those of
 * zsh and fish, which a machine may lack, are read here by the quoting rules of these shells.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { type CompletionCommand, completionCommands, shells } from '../../src/cli/help/completion-facts.js';
import { completionScript } from '../../src/cli/help/completion-scripts.js';
import { asVarve, spellings } from '../../src/cli/line/docker-words.js';
import { factsOf, type OptionName, optionValues } from '../../src/cli/line/options.js';
import { parseLine } from '../../src/cli/line/parser.js';
import { varve } from './console.js';

const facts = completionCommands(commands);
/** Of docker's spellings the second words of `image` and `system` are no command by themselves. */
const overCommands = facts
  .filter(({ name }) => !['help', 'image', 'system'].includes(name))
  .map((command) => [command.name, command] as const);
const scripts = Object.fromEntries(shells.map((shell) => [shell, completionScript(shell, facts)])) as Record<
  (typeof shells)[number],
  string
>;

/** What an option offers, as pairs of a word and the option. */
function offers(command: CompletionCommand) {
  return command.options.flatMap(({ name, value }) =>
    value?.completion.kind === 'words' ? value.completion.words.map((word) => [name, word] as const) : [],
  );
}

const withImages = new Set(commands.filter(({ withoutImages }) => withoutImages === true).map(({ name }) => name));

describe('what is offered', () => {
  it("is every command, the help, and docker's spellings of commands", () => {
    const names = facts.map(({ name }) => name);
    const spelled = Object.keys(spellings).filter((spelling) => spelling !== 'version');
    expect(names).toEqual([...commands.map(({ name }) => name), 'help', ...spelled, 'image', 'system']);
  });

  it.each(overCommands)('of %s is every option, and no value that the parser refuses', (name, command) => {
    const [own = ''] = asVarve(name.split(' '), commands);
    const { options } = commands.find((one) => one.name === own) ?? { options: [] };
    expect(command.options.map((option) => option.name)).toEqual(options);
    const read = (option: string, word: string): void => {
      // A key with `=` waits for a value that cannot be guessed.
      if (word.endsWith('=')) return;
      parseLine([own, `--${option}`, word], commands);
    };
    for (const [option, word] of offers(command)) expect(() => read(option, word), `--${option} ${word}`).not.toThrow();
  });

  it('is a path where the help says FILE or DIR, a list where the words can be listed, and else nothing', () => {
    const listed = new Set<string>([...Object.keys(optionValues), 'format', 'filter', 'rule', 'max', 'human']);
    const kindOf = (command: string, name: OptionName): string | null => {
      const { value } = factsOf(name);
      if (value === undefined) return null;
      if (value === 'FILE' || value === 'DIR') return 'path';
      // Images by name, of which nobody has a list.
      const isName = name === 'without' && withImages.has(asVarve(command.split(' '), commands)[0] ?? '');
      return listed.has(name) && !isName ? 'words' : 'free';
    };
    for (const { name: command, options } of facts) {
      for (const { name, value } of options) {
        expect([name, value?.completion.kind ?? null]).toEqual([name, kindOf(command, name as OptionName)]);
      }
    }
  });

  it('are the topics behind help, the kinds behind schema, the shells behind completion, and paths elsewhere', () => {
    const words = (name: string) => {
      const completion = facts.find((command) => command.name === name)?.words;
      return completion?.kind === 'words' ? completion.words : completion?.kind;
    };
    expect(words('help')).toEqual(expect.arrayContaining(['ls', 'filters', 'format', 'policy']));
    expect(words('schema')).toEqual(expect.arrayContaining(['report', 'inventory', 'policy']));
    expect(words('explain')).toEqual(expect.arrayContaining(['digest-mismatch', 'twin', 'image-ID', 'max-growth']));
    expect(words('help')).toEqual(expect.arrayContaining(['digest-mismatch', 'twin']));
    expect(words('image')).toEqual([
      'ls',
      'list',
      'inspect',
      'history',
      'tree',
      'search',
      'diff',
      'pull',
      'push',
      'load',
      'save',
      'tag',
      'rm',
      'remove',
      'prune',
    ]);
    expect(words('completion')).toEqual(['bash', 'zsh', 'fish']);
    expect(words('ls')).toBe('path');
  });
});

describe('in bash', () => {
  /** What bash offers for each of these lines; the last word is the one that is typed, `=` is a word of its own. */
  function completed(lines: readonly (readonly string[])[]): string[][] {
    const quoted = (word: string) => `'${word}'`;
    const asks = lines.map((words) => {
      const [current = '', previous = ''] = words.toReversed();
      const typed = `COMP_WORDS=(${words.map(quoted).join(' ')}); COMP_CWORD=${words.length - 1}`;
      return `${typed}; _varve varve ${quoted(current)} ${quoted(previous)}; echo "\${COMPREPLY[*]}"`;
    });
    const script = `${scripts.bash}\n${asks.join('\n')}\n`;
    const ended = spawnSync('bash', ['--noprofile', '--norc', '-u'], { input: script, encoding: 'utf8' });
    expect([ended.error, ended.status, ended.stderr]).toEqual([undefined, 0, '']);
    return ended.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => (line === '' ? [] : line.split(' ')));
  }

  it.each<[line: readonly string[], offered: readonly string[]]>([
    [['varve', 'hi'], ['history']],
    [['varve', '--v'], ['--version']],
    [['varve', 'ls', '--so'], ['--sort']],
    [
      ['varve', 'ls', '--sort', 's'],
      ['size', 'shared'],
    ],
    [['varve', 'ls', '--sort', '=', ''], [...optionValues.sort]],
    [['varve', 'ls', '--sort', '='], [...optionValues.sort]],
    [
      ['varve', 'ls', '-f', 'sh'],
      ['shared=true', 'shared=false'],
    ],
    [['varve', 'ls', '--filter', '=', 'unt'], ['until=']],
    [['varve', 'ls', '-f', 'dangling', '=', 't'], ['true']],
    [
      ['varve', 'search', 'x', '-f', 'is'],
      ['is-official=true', 'is-official=false'],
    ],
    [
      ['varve', 'tree', '--format', 'm'],
      ['markdown', 'mermaid'],
    ],
    [
      ['varve', 'help', 'fi'],
      ['filters', 'file-unreferenced', 'finding', 'fingerprint'],
    ],
    [['varve', 'report', '--cache', ''], []],
    [['varve', 'report', 'search', '--li'], []],
    [['varve', 'ls', ''], []],
    [['varve', 'images', '--so'], ['--sort']],
    [['varve', 'image', 'hi'], ['history']],
    [['varve', 'image', 'ls', '--so'], ['--sort']],
    [['varve', 'image', 'ls', '--sort', 'n'], ['name']],
    [['varve', 'image', 'ls', 'hi'], []],
    [
      ['varve', 'system', ''],
      ['df', 'info'],
    ],
    [['varve', 'explain', 'digest-'], ['digest-mismatch']],
  ])('the line %j is completed as the parser reads it', (line, offered) => {
    expect(completed([line])).toEqual([[...offered]]);
  });

  it('every command has all of its options, short and long, and the values of each', () => {
    const expected = new Map<readonly string[], readonly string[]>();
    for (const { name, options } of facts) {
      const spelled = options.flatMap((option) => [
        ...(option.alias === null ? [] : [`-${option.alias}`]),
        `--${option.name}`,
      ]);
      expected.set(['varve', ...name.split(' '), '-'], [...spelled, '--help']);
      for (const option of options.filter(({ value }) => value !== null)) {
        const completion = option.value?.completion;
        const words = completion?.kind === 'words' ? completion.words : [];
        expected.set(['varve', ...name.split(' '), `--${option.name}`, ''], words);
        if (option.alias !== null) expected.set(['varve', ...name.split(' '), `-${option.alias}`, ''], words);
      }
    }
    expect(completed([...expected.keys()])).toEqual([...expected.values()]);
  });
});

/** The words of a line as zsh and fish read it: blanks part them, single quotes hold them together. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|\\(.)/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
  );
}

describe('in fish', () => {
  const lines = scripts.fish.split('\n').filter((line) => line.startsWith('complete '));
  const of = (name: string) => lines.map(wordsOf).filter((words) => words.includes(`__varve_command ${name}`));

  it.each(overCommands)('%s has a line for each option, with its values, and one for its own words', (_, command) => {
    const expected = command.options.map(({ name, alias, describe: says, value }) => {
      const kind = value?.completion.kind ?? null;
      const listed = value?.completion.kind === 'words' ? value.completion.words.join(' ') : '';
      const takes = { words: ['-x', '-a', listed], path: ['-r', '-F'], free: ['-x'] };
      const spelled = [...(alias === null ? [] : ['-s', alias]), '-l', name];
      return [...spelled, ...(kind === null ? [] : takes[kind]), '-d', says];
    });
    const own = command.words.kind === 'words' ? [['-f', '-a', command.words.words.join(' ')]] : [];
    expect(of(command.name).map((words) => words.slice(5))).toEqual([...own, ...expected]);
  });

  it('offers each command once, with its summary', () => {
    const names = lines.map(wordsOf).filter((words) => words.includes('__fish_use_subcommand') && words.includes('-a'));
    expect(names.map((words) => [words[7], words[9]])).toEqual(
      facts.filter(({ name }) => !name.includes(' ')).map(({ name, summary }) => [name, summary]),
    );
  });
});

describe('in zsh', () => {
  const lines = scripts.zsh.split('\n');
  /** The specifications of a command, as `_arguments` gets them, braces expanded. */
  const of = (name: string): string[] => {
    const line =
      lines.find((one) => one.startsWith(`    ${name.includes(' ') ? `'${name}'` : name}) _arguments -s `)) ?? '';
    const specifications = line.slice(line.indexOf(' -s ') + 4).replace(/ ;;$/, '');
    return (
      specifications
        .replace(/\{('[^']*'),('[^']*')\}((?:'[^']*'|\\')+)/g, '$1$3 $2$3')
        .match(/(?:'[^']*'|\\')+/g)
        ?.map((word) => wordsOf(word)[0] ?? '') ?? []
    );
  };

  it.each(overCommands)('%s has each option, short and long, and what stands behind it', (name, command) => {
    const expected = command.options.flatMap(({ name: long, alias, value }) => {
      const spelled = [...(alias === null ? [] : [`*-${alias}`]), `*--${long}${value === null ? '' : '='}`];
      return spelled.map((spelling) => [spelling, value?.completion ?? null] as const);
    });
    const specifications = of(name);
    expect(specifications).toHaveLength(expected.length + 1);
    for (const [position, [spelling, completion]] of expected.entries()) {
      const [, start, action] =
        /^([^[]+)\[(?:[^\]\\]|\\.)*\](?::[^:]+:(.*))?$/s.exec(specifications[position] ?? '') ?? [];
      expect(start).toBe(spelling);
      expect(offeredBy(action)).toEqual(completion === null ? undefined : wordsIn(completion));
    }
    expect(offeredBy(specifications.at(-1)?.replace(/^\*:word:/, ''))).toEqual(wordsIn(command.words));
  });

  /** The words of an action, in alphabetical order. */
  function offeredBy(action: string | undefined): string | string[] | undefined {
    if (action === undefined || action === '_files' || action === ' ') return action;
    const [, listed] = /^\((.*)\)$/.exec(action) ?? [];
    const [, whole, waiting] = /^\{compadd -- (.*); compadd -S "" -- (.*)\}$/.exec(action) ?? [];
    return (listed ?? `${whole} ${waiting}`)
      .split(' ')
      .filter((word) => word !== '')
      .sort();
  }

  function wordsIn(completion: CompletionCommand['words']): string | string[] {
    if (completion.kind === 'words') return [...completion.words].sort();
    return completion.kind === 'path' ? '_files' : ' ';
  }
});

describe('varve completion', () => {
  it.each(shells)('prints the script of %s', async (shell) => {
    expect(await varve(['completion', shell])).toEqual({ code: 0, stdout: scripts[shell], stderr: '' });
  });

  it.each([
    [[], 'bash, zsh or fish'],
    [['fis'], 'did you mean fish?'],
    [['powershell'], 'there are bash, zsh and fish'],
    [['bash', 'zsh'], 'one too many'],
  ])('refuses %j and says what would be right', async (words, says) => {
    const { code, stdout, stderr } = await varve(['completion', ...words]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  it.each(shells)('has no text in the script of %s that the shell would take for its own', (shell) => {
    const text = 'it\'s $HOME `id` "x" [a]:b \\ (c) {d}';
    const command: CompletionCommand = {
      name: 'ls',
      summary: text,
      words: { kind: 'path' },
      options: [
        { name: 'sort', alias: null, describe: text, value: { placeholder: 'KEY', completion: { kind: 'free' } } },
      ],
    };
    const script = completionScript(shell, [command]);
    // What is left outside of quotes has nothing of it.
    expect(script.replace(/'[^']*'|\\'/g, '')).not.toMatch(/HOME|`|id\b/);
  });
});
