/** `npm run readme`: writes the output in README.md as the program prints it now. */
import { readFile, writeFile } from 'node:fs/promises';
import { readmeOutput, withOutput } from './readme-output.js';

const page = await readFile('README.md', 'utf8');
await writeFile('README.md', withOutput(page, await readmeOutput()));
