/** The layers that the rules of a policy look at: those of the images that a rule applies to, each once. */
import type { SetImage } from '../../set/image-set.js';
import type { Layer } from '../../set/layer-table.js';
import { digestOfForm } from '../../set/stored-copies.js';
import type { Facts, Judgement } from './rule.js';

/** The distinct layers of these images, in first-seen order. */
export function layersOf(images: readonly SetImage[]): Layer[] {
  return [...new Set(images.flatMap(({ setLayers }) => setLayers))];
}

/** A layer by its diffID, else by the digest or the name of its first copy. */
export function layerSubject(
  { diffId, copies }: Layer,
  { inventory }: Facts,
): Pick<Judgement, 'subject' | 'image' | 'archives'> {
  const [first] = copies;
  const stored = first === undefined ? null : (digestOfForm(first.form) ?? first.record.name);
  const paths = copies.map(({ archive }) => inventory.archives[archive]?.path ?? '');
  return { subject: diffId ?? stored ?? 'a layer without a digest', image: null, archives: [...new Set(paths)] };
}
