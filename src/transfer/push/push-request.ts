/** What a push is asked for: an image that is here, and the name that it gets in a registry. Pure. */
import { VarveError } from '../../model/error.js';
import { formatReference, parseReference, type Reference, withDefaultTag } from '../../model/reference.js';

/** One image and its name in the registry. */
export interface PushRequest {
  /** What was typed. */
  readonly word: string;
  readonly target: Reference;
  /** Whether the word is the name itself; else it may also be an ID, or the end of a name. */
  readonly isName: boolean;
}

const targetStart = 'docker://';

/**
 * The words of a push: names that say themselves where they go, as docker has it, or one image and `docker://TARGET`, as
 * skopeo has it. Throws VarveError `usage`.
 */
export function pushRequests(words: readonly string[]): readonly PushRequest[] {
  const [word = '', last] = words;
  if (words.length === 2 && last?.startsWith(targetStart) === true && !word.startsWith(targetStart)) {
    return [{ word, target: targetOf(last.slice(targetStart.length)), isName: false }];
  }
  const target = words.find((each, position) => position > 0 && each.startsWith(targetStart));
  if (target !== undefined) {
    throw new VarveError('usage', `${target} is where one image goes: push takes REF docker://TARGET, or names alone`);
  }
  return words.map((each) => ({ word: each, target: targetOf(each.replace(targetStart, '')), isName: true }));
}

/** The same of a repository: all tags that there are of it. Throws VarveError `usage` for a name with a tag. */
export function allTagsOf(
  words: readonly string[],
  namesIn: (repository: Reference) => readonly string[],
): PushRequest[] {
  return words.flatMap((word) => {
    const repository = referenceOf(word.replace(targetStart, ''));
    if (repository.tag !== null || repository.digest !== null) {
      throw new VarveError('usage', `varve push --all-tags takes a repository, and ${word} says which image of it`);
    }
    const names = namesIn(repository);
    if (names.length === 0) throw new VarveError('usage', `nothing here has a name of ${formatReference(repository)}`);
    return names.map((name) => ({ word: name, target: targetOf(name), isName: true }));
  });
}

function targetOf(text: string): Reference {
  const reference = withDefaultTag(referenceOf(text));
  if (reference.digest === null) return reference;
  throw new VarveError(
    'usage',
    `${text} cannot be pushed to: what has a digest is pushed by a tag, and keeps its digest`,
  );
}

function referenceOf(text: string): Reference {
  try {
    return parseReference(text);
  } catch (cause) {
    throw new VarveError('usage', cause instanceof VarveError ? cause.message : String(cause), { cause });
  }
}
