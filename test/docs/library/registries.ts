/** An example of docs/library.md, word for word: an image out of a store into a registry, and from there into another store. */
import { rmSync } from 'node:fs';
import { loadImages, openStore, pullImages, pushImages, tagImage } from 'varve';

const registry = process.env['REGISTRY'] ?? 'localhost:5000';
const place = `${process.env['TMPDIR'] ?? '/tmp'}/varve-pull-${process.pid}`;
const [here, there] = [openStore(`${place}/here`), openStore(`${place}/there`)];
await loadImages(here, ['samples/api-1.0-docker24.tar']);
const name = `${registry}/shop/api:1.0`;
await tagImage(here, 'shop/api:1.0', name);
const pushed = await pushImages(here, [name], { signal: AbortSignal.timeout(60_000) });
console.log(pushed.images.map(({ status }) => status).join(), pushed.failed.length);
const pulled = await pullImages(there, [name], {
  registries: { retries: 2 },
  onBlob: ({ digest, doneBytes, sizeBytes, status }) => console.error(digest, `${doneBytes}/${sizeBytes}`, status),
});
console.log(pulled.images[0]?.digest === pushed.images[0]?.digest, pulled.fetchedBytes > 0);
rmSync(place, { recursive: true });
