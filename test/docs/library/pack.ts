/** An example of docs/library.md, word for word: what one archive of many would hold, and what cannot go in. */
import { pack } from 'varve';

const output = `${process.env['TMPDIR'] ?? '/tmp'}/varve-pack-${process.pid}.tar`;
const { status, sizeBytes, leftOut } = await pack(['samples'], { output, dryRun: true, keepGoing: true });
console.log(status, sizeBytes > 100_000);
for (const { what, reason } of leftOut) console.log(what, reason);
