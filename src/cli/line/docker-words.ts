/**
 * The command lines that fingers know from docker and podman. What Varve has under another name is taken as that; what it
 * has not is refused with a sentence that says what does it. A command of Varve always wins over a spelling.
 *
 *   asVarve(['image', 'ls', '-a'], commands)   ['ls', '-a']
 */
import type { Command } from './command.js';
import { UsageError } from './usage-error.js';

/** Each spelling and the words that stand for it here. */
export const spellings: Readonly<Record<string, readonly [string, ...string[]]>> = {
  images: ['ls'],
  list: ['ls'],
  'image ls': ['ls'],
  'image list': ['ls'],
  'image inspect': ['inspect'],
  'image history': ['history'],
  'image tree': ['tree'],
  'image search': ['search'],
  'image diff': ['diff'],
  'image pull': ['pull'],
  'image push': ['push'],
  'image load': ['load'],
  'image save': ['save'],
  'image tag': ['tag'],
  rmi: ['rm'],
  'image rm': ['rm'],
  'image remove': ['rm'],
  'image prune': ['prune'],
  'system df': ['df'],
  'system info': ['info'],
  version: ['--version'],
};

/** Words that are the first of a spelling of two. */
const groups = ['image', 'system', 'container'] as const;

const untagged = 'a store has images only; varve prune removes those without a name';
const reads = 'varve reads archives that docker save, podman save or skopeo copy wrote, and';
const containers =
  'an archive holds no containers; docker ps | varve plan --remove superseded --in-use - spares what runs';
const whole = `${reads} writes none; varve verify shows whether one is whole`;
const loads = 'varve makes no image of files; varve load loads archives of images into a store';

/** What is said to words that Varve has nothing for. */
const refusals: Readonly<Record<string, string>> = {
  'system prune': untagged,
  ps: containers,
  'container ls': containers,
  export: `${whole}, if it is one of images`,
  import: loads,
  'image import': loads,
  build: `${reads} builds none; varve history shows how an image was built`,
  'image build': `${reads} builds none; varve history shows how an image was built`,
  run: `${reads} runs none; varve inspect shows what would run`,
  manifest: 'varve inspect shows manifests and indexes of an image, with their digests',
};

/** Words that may have been meant where a command is misspelt. */
export const dockerWords: readonly string[] = Object.keys(spellings).filter((spelling) => !spelling.includes(' '));

/** The command line in the words of Varve; as it is where it holds none of docker's. Throws UsageError. */
export function asVarve(argv: readonly string[], commands: readonly Command[]): readonly string[] {
  const [first = '', second = ''] = argv;
  if (commands.some(({ name }) => name === first)) return argv;
  if (first === 'help') return argv.length === 1 ? argv : helpAsVarve(argv.slice(1));
  const two = groups.some((group) => group === first);
  const spelling = two ? `${first} ${second}` : first;
  const rest = argv.slice(two ? 2 : 1);
  const own = find(spellings, spelling);
  if (own !== null) return [...own, ...rest];
  const refusal = find(refusals, spelling);
  if (refusal !== null) throw new UsageError(`there is no ${JSON.stringify(spelling)}: ${withName(refusal, rest)}`);
  if (!two) return argv;
  if (second === '--help' || second === '-h') return ['--help'];
  const known = Object.keys(spellings).filter((one) => one.startsWith(`${first} `));
  if (known.length === 0) throw new UsageError(`there is no ${JSON.stringify(first)}: ${containers}`);
  const wrong = /^(?:-.*)?$/s.test(second) ? `${first} takes a word behind it` : `unknown command "${spelling}"`;
  throw new UsageError(`${wrong}: ${known.join(', ')}`);
}

/** `help image ls`; what is no command may be a word that can be explained. */
function helpAsVarve(words: readonly string[]): readonly string[] {
  const own = find(spellings, words.slice(0, 2).join(' ')) ?? find(spellings, words[0] ?? '');
  if (own === null) return ['help', ...words];
  return own[0] === '--version' ? ['help'] : ['help', ...own];
}

/** With the one name that was given in place of REF. */
function withName(sentence: string, rest: readonly string[]): string {
  const names = rest.filter((word) => !word.startsWith('-'));
  const [name] = names;
  return name !== undefined && names.length === 1 && /^\w[\w.:/@-]*$/.test(name)
    ? sentence.replaceAll('REF', name)
    : sentence;
}

function find<T>(table: Readonly<Record<string, T>>, word: string): T | null {
  return Object.hasOwn(table, word) ? (table[word] ?? null) : null;
}
