/** The example of README.md, word for word: compiled with the package's own types, and run by a test. */
import { report } from 'varve';

const { images, reclaim } = await report(['samples']);
for (const image of images) {
  if (image.dangling) console.log(`untagged: ${image.id} in ${image.archives.join(', ')}`);
}
console.log(`${reclaim.reclaimableBytes} of ${reclaim.totalBytes} bytes can go`);
