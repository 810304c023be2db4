/** An example of docs/library.md, word for word: the files of every layer, each with the digest of its content. */
import { FileLists, filesOf, scan } from 'varve';

const fileLists = new FileLists();
const { archives } = await scan(['samples/api-1.0-docker24.tar'], { fileLists });
for (const { diffId } of archives.flatMap(({ images }) => images.flatMap(({ layers }) => layers))) {
  const list = diffId === null ? null : fileLists.get(diffId);
  if (list === null) continue;
  if ('refusal' in list) console.log(list.refusal);
  else for (const { path, type, sha256 } of filesOf(list)) console.log(type, path, sha256.slice(0, 12));
}
