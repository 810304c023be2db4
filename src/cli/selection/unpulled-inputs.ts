/** INPUTs in registries where a command writes what lies here: refused before anything is asked, with the command that brings them. */
import { formatReference } from '../../model/reference.js';
import { isRemoteInput, parseRemoteInput, type RemoteInput } from '../../remote/input/input-names.js';
import { UsageError } from '../line/usage-error.js';

/** `more`: what else can be done. Throws UsageError where one of the words names something in a registry, VarveError `usage` where it names it wrongly. */
export function refuseUnpulled(command: string, words: readonly string[], more = ''): void {
  const [first] = words.filter(isRemoteInput).map(parseRemoteInput);
  if (first === undefined) return;
  throw new UsageError(`${first.path} is in a registry, and ${command} writes what lies here: ${wayOf(first)}${more}`);
}

function wayOf(input: RemoteInput): string {
  if (input.kind === 'registry' && input.repository === null) {
    return `varve ls ${input.path} lists its images, and varve pull brings those that are named`;
  }
  const name = input.kind === 'image' ? formatReference(input.reference) : `${input.registry}/${input.repository}`;
  const pull = `varve pull ${input.kind === 'image' ? '' : '--all-tags '}${name}`;
  return `${pull} brings it into the store, and with -o FILE into an archive`;
}
