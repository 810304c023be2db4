/**
 * The tree of images as a Mermaid flowchart, which GitHub, GitLab and many editors draw. Names come from archives that
 * nobody vouches for: whatever means something to Mermaid or to HTML is written as a character code.
 */
import type { ImageTree, TreeNode } from '../../model/results/results.js';
import { digestName, imageNames } from '../blocks/names.js';
import { endedLines } from '../blocks/pieces.js';
import { safeText } from '../blocks/safe-text.js';
import { formatSize, plural } from '../blocks/units.js';

const maxNames = 5;

/** A box for each node and an arrow to each from what it is built on; the empty chart where there is no image. */
export function treeMermaid({ nodes, images }: ImageTree): Iterable<string> {
  const byId = new Map(images.map((image) => [image.id, image]));
  const boxes = nodes.map((node, position) => {
    const lines = [...labelsOf(node, byId), formatSize(node.sizeBytes, node.claimedSizeBytes)];
    const [open, close] = node.images.length === 0 ? ['(["', '"])'] : ['["', '"]'];
    return `  n${position}${open}${lines.map(quoted).join('<br/>')}${close}`;
  });
  const arrows = nodes.flatMap(({ parent, layers, addedBytes, claimedAddedBytes }, position) => {
    if (parent === null) return [];
    return [
      `  n${parent} -->|"${quoted(`+${formatSize(addedBytes, claimedAddedBytes)} in ${plural(layers.length, 'layer')}`)}"| n${position}`,
    ];
  });
  return endedLines(['flowchart TD', ...boxes, ...arrows]);
}

function labelsOf({ images, layerCount }: TreeNode, byId: ReadonlyMap<string, ImageTree['images'][number]>): string[] {
  if (images.length === 0) return [plural(layerCount, 'shared layer')];
  return images.slice(0, maxNames).flatMap((id) => {
    const names = imageNames(byId.get(id)?.references ?? []);
    const more = names.length > maxNames ? [`and ${names.length - maxNames} more names`] : [];
    return [...names.slice(0, maxNames), ...more, digestName(id, false)];
  });
}

function quoted(text: string): string {
  return safeText(text).replace(/[^\w .,:/@+()-]/gu, (character) => `#${character.codePointAt(0)};`);
}
