/** An example of docs/library.md, word for word: the files of every layer, each with the digest of its content. */
import { filesOf, scanContents } from 'varve';

const { inventory, contents } = await scanContents(['samples/api-1.0-docker24.tar']);
for (const { diffId } of inventory.archives.flatMap(({ images }) => images.flatMap(({ layers }) => layers))) {
  const list = diffId === null ? null : contents.get(diffId);
  if (list === null) continue;
  if ('refusal' in list) console.log(list.refusal);
  else for (const { path, type, sha256 } of filesOf(list)) console.log(type, path, sha256.slice(0, 12));
}
