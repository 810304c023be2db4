/** An example of docs/library.md, word for word: what of a damaged archive cannot be healed, and how many images it costs. */
import { repair } from 'varve';

const { status, notHealed } = await repair(['samples/orders-1.4-damaged.tar'], { from: ['samples'], dryRun: true });
console.log(status);
for (const { name, images } of notHealed) console.log(name, images.length);
