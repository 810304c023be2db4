/** An example of docs/library.md, word for word: what one side lacks of what the other has, and the whole made of it there. */
import { rmSync } from 'node:fs';
import { apply, delta } from 'varve';

const place = `${process.env['TMPDIR'] ?? '/tmp'}/varve-delta-${process.pid}`;
const near = ['samples/api-1.1-web-2.0-podman.tar', 'samples/build-4711-docker27.tar'];
const far = ['samples/build-4711-docker27.tar'];
const { layers } = await delta(near, { have: far, output: `${place}.tar` });
for (const { status, bytes } of layers) console.log(status, bytes);
const { status } = await apply(`${place}.tar`, { from: far, output: `${place}-whole.tar` });
console.log(status);
for (const name of [`${place}.tar`, `${place}-whole.tar`]) rmSync(name);
