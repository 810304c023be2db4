/** An example of docs/library.md, word for word: an inventory is kept, read again, and asked. */
import { readFileSync, writeFileSync } from 'node:fs';
import { diskUsage, parseInventory, plan, scan } from 'varve';

const inventory = await scan(['samples']);
const file = `${process.env['TMPDIR'] ?? '/tmp'}/varve-inventory-${process.pid}.json`;
writeFileSync(file, JSON.stringify(inventory));

// Later, without the archives.
const before = parseInventory(readFileSync(file, 'utf8'));
console.log(diskUsage(before).kind, before.archives.length);
console.log(plan(before, { copies: ['duplicate'] }).freedBytes > 0);
