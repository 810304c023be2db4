/**
 * Completion scripts for the three shells. Each is sourced as it is, uses nothing but the shell itself, and takes all words
 * from the facts. What nobody can guess falls back to paths, as the shells do by themselves.
 */
import type { Completion, CompletionCommand, CompletionOption, Shell } from './completion-facts.js';

/** The script of a shell, ending in a newline. */
export function completionScript(shell: Shell, commands: readonly CompletionCommand[]): string {
  const lines = { bash: bashLines, zsh: zshLines, fish: fishLines }[shell](commands);
  return `${lines.join('\n')}\n`;
}

/** A name as a pattern of `case`, where a blank needs quotes. */
const quotedName = (name: string): string => (name.includes(' ') ? quoted(name) : name);

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The words of a completion between quotes; empty where they cannot be listed. */
function quotedWords(completion: Completion | undefined): string {
  return quoted(completion?.kind === 'words' ? completion.words.join(' ') : '');
}

/** `-o` and `--output` */
function spellings({ name, alias }: CompletionOption): string[] {
  return [...(alias === null ? [] : [`-${alias}`]), `--${name}`];
}

/** What can be the first word. */
function firstWords(commands: readonly CompletionCommand[]): CompletionCommand[] {
  return commands.filter(({ name }) => !name.includes(' '));
}

/** The first words that wait for a second one, as in `image ls`. */
function groupsOf(commands: readonly CompletionCommand[]): string[] {
  return [...new Set(commands.flatMap(({ name }) => (name.includes(' ') ? name.slice(0, name.indexOf(' ')) : [])))];
}

function bashLines(commands: readonly CompletionCommand[]): string[] {
  const names = [...firstWords(commands).map(({ name }) => name), '--help', '--version'].join(' ');
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter(({ value }) => value !== null)
      .map((option) => {
        const patterns = spellings(option).map((spelling) => quoted(`${name} ${spelling}`));
        return `    ${patterns.join('|')}) words=${quotedWords(option.value?.completion)} ;;`;
      }),
  );
  const others = commands.map(({ name, options, words }) => {
    const dashed = [...options.flatMap(spellings), '--help'].join(' ');
    return `    ${quoted(`${name} `)}*) words=${quotedWords(words)} options=${quoted(dashed)} ;;`;
  });
  return [
    '# bash completion of varve: source <(varve completion bash)',
    '_varve() {',
    '  local cur="$2" prev="$3" words= options= command="$' + '{COMP_WORDS[1]}"',
    '  COMPREPLY=()',
    '  # bash parts words at =, as in --format=json and dangling=true',
    '  if [ "$cur" = = ]; then cur=; elif [ "$prev" = = ]; then prev="$' + '{COMP_WORDS[COMP_CWORD-2]}"; fi',
    `  case "$command" in ${groupsOf(commands).join('|')})`,
    '    if [ "$COMP_CWORD" -gt 2 ]; then command="$command $' + '{COMP_WORDS[2]}"; fi ;;',
    '  esac',
    '  case "$command $prev" in',
    ...values,
    "    *' dangling'|*' shared'|*' superseded'|*' is-official') words='true false' ;;",
    ...others,
    '  esac',
    `  if [ "$COMP_CWORD" -eq 1 ]; then words=${quoted(names)}`,
    '  elif [ "$' + '{cur#-}" != "$cur" ] && [ -n "$options" ]; then words="$options"; fi',
    '  COMPREPLY=( $(compgen -W "$words" -- "$cur") )',
    '  # a key waits for its value',
    '  case "$' + '{COMPREPLY[0]-}" in *=) compopt -o nospace 2>/dev/null ;; esac',
    '}',
    'complete -o default -F _varve varve',
  ];
}

function zshLines(commands: readonly CompletionCommand[]): string[] {
  const named = firstWords(commands).map(({ name, summary }) => quoted(`${name}:${summary}`));
  const cases = commands.map(({ name, options, words }) => {
    const rest = quoted(`*:word:${zshAction(words)}`);
    return `    ${quotedName(name)}) _arguments -s ${[...options.map(zshOption), rest].join(' ')} ;;`;
  });
  return [
    '#compdef varve',
    '# zsh completion of varve: source <(varve completion zsh), or as a file _varve in a folder of $fpath',
    '_varve() {',
    '  local curcontext="$curcontext" state line',
    '  typeset -A opt_args',
    "  _arguments -C '--help' '--version' '1: :->command' '*:: :->words'",
    '  case "$state" in',
    `  command) local -a commands; commands=(${named.join(' ')}); _describe command commands ;;`,
    '  words) local command="$line[1]"',
    `    case "$command" in ${groupsOf(commands).join('|')})`,
    '      if (( CURRENT > 2 )); then command="$command $words[2]"; shift words; (( CURRENT-- )); fi ;;',
    '    esac',
    '    case "$command" in',
    ...cases,
    '  esac ;;',
    '  esac',
    '}',
    'if [ "$funcstack[1]" = _varve ]; then _varve "$@"; else compdef _varve varve; fi',
  ];
}

/** `{'*-o','*--output='}'[write the result to FILE]:FILE:_files'`, repeatable, the value behind a space or a `=`. */
function zshOption({ describe, value, alias, name }: CompletionOption): string {
  const long = quoted(`*--${name}${value === null ? '' : '='}`);
  const names = alias === null ? long : `{${quoted(`*-${alias}`)},${long}}`;
  const text = describe.replace(/[[\]:\\]/g, '\\$&');
  const action = value === null ? '' : `:${value.placeholder.replaceAll(':', '\\:')}:${zshAction(value.completion)}`;
  return `${names}${quoted(`[${text}]${action}`)}`;
}

/** Words that end in `=` wait for their value: no blank behind them. */
function zshAction(completion: Completion): string {
  if (completion.kind === 'path') return '_files';
  if (completion.kind === 'free') return ' ';
  const waiting = completion.words.filter((word) => word.endsWith('='));
  const whole = completion.words.filter((word) => !word.endsWith('='));
  if (waiting.length === 0) return `(${whole.join(' ')})`;
  return `{compadd -- ${whole.join(' ')}; compadd -S "" -- ${waiting.join(' ')}}`;
}

function fishLines(commands: readonly CompletionCommand[]): string[] {
  return [
    '# fish completion of varve: varve completion fish | source',
    '# whether the command, which is the first word or the first two, is this one: a folder may be called like another',
    'function __varve_command',
    '  set -l words (commandline -opc)',
    '  set -e words[1]',
    '  set -l count (count $argv)',
    '  test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"',
    'end',
    'complete -c varve -n __fish_use_subcommand -f -l help -l version',
    ...commands.flatMap(({ name, summary, options, words }) => {
      const group = groupsOf(commands).includes(name) ? '; and test (count (commandline -opc)) -eq 2' : '';
      const inside = quoted(`__varve_command ${name}${group}`);
      const first = `complete -c varve -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`;
      return [
        ...(name.includes(' ') ? [] : [first]),
        ...(words.kind === 'words' ? [`complete -c varve -n ${inside} -f -a ${quotedWords(words)}`] : []),
        ...options.map((option) => `complete -c varve -n ${inside} ${fishOption(option)}`),
      ];
    }),
  ];
}

function fishOption({ name, alias, describe, value }: CompletionOption): string {
  const spelled = `${alias === null ? '' : `-s ${alias} `}-l ${name}`;
  const kind = value?.completion.kind;
  const takes =
    value === null
      ? ''
      : kind === 'path'
        ? ' -r -F'
        : kind === 'words'
          ? ` -x -a ${quotedWords(value.completion)}`
          : ' -x';
  return `${spelled}${takes} -d ${quoted(describe)}`;
}
