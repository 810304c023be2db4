/** An example of docs/library.md, word for word: a store, what is loaded into it, what goes from it, and whether it is whole. */
import { rmSync } from 'node:fs';
import { fsck, loadImages, openStore, removeImages, saveImages, tagImage } from 'varve';

const place = `${process.env['TMPDIR'] ?? '/tmp'}/varve-store-${process.pid}`;
const store = openStore(`${place}/store`, { onWait: (text) => console.error(text) });
const { loaded, writtenBytes } = await loadImages(store, ['samples/api-1.0-docker24.tar']);
console.log(loaded.length, writtenBytes > 0);
await tagImage(store, 'shop/api:1.0', 'shop/api:stable');
const { status } = await saveImages(store, ['shop/api:stable'], { output: `${place}/stable.tar` });
console.log(status);
const { freedBytes, plan } = await removeImages(store, ['tidewater:12'], { dryRun: true });
console.log(freedBytes === plan.freedBytes);
console.log((await fsck(store)).status);
rmSync(place, { recursive: true });
