/** INPUTs that are not on this machine, as whoever has the way there finds them. */
import type { RemoteFound, RemoteInputs } from '../archive/remote-archive.js';
import { VarveError } from '../model/error.js';
import type { Limits } from '../model/limits.js';

/** What became of the inputs that are not on this machine, by their text. One that is named twice counts once. */
export async function findRemote(
  inputs: readonly string[],
  remote: RemoteInputs,
  limits: Limits,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, RemoteFound[]>> {
  const names = [...new Set(inputs.filter((input) => remote.isRemote(input)))];
  const byInput = new Map(names.map((name): [string, RemoteFound[]] => [name, []]));
  if (names.length === 0) return byInput;
  for (const found of await remote.find(names, limits, signal)) {
    const own = byInput.get(found.input);
    if (own === undefined) throw new VarveError('internal', `nobody has asked for ${found.input}`);
    own.push(found);
  }
  return byInput;
}
