/** Short names of images for pictures and cells; the full ones stand in the details and are found by a search. */
import { digestName, imageNames } from '../../report/blocks/names.js';
import { html } from './dom.js';

interface Named {
  readonly id: string;
  readonly references: readonly string[];
}

/** The first name of an image; where it has none, its ID tells it apart. */
export function imageName({ references, id }: Named): string {
  const [first = '', ...others] = imageNames(references);
  if (references.length === 0) return `${first} ${digestName(id, false)}`;
  return others.length === 0 ? first : `${first} +${others.length}`;
}

/** A digest cut short, in full on hover. */
export function shortDigest(digest: string | null): HTMLElement {
  return html('code', { title: digest }, digestName(digest, false));
}

/** A digest, path or other text of the machine, which may break anywhere. */
export function code(text: string): HTMLElement {
  return html('code', { class: 'long' }, text);
}
