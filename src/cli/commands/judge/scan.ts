/**
 * `varve scan`: the whole inventory as JSON, to look at later or elsewhere. The commands that need no bytes take it as
 * INPUT.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const scanCommand = command({
  name: 'scan',
  summary: 'write the whole inventory as JSON, to be used as INPUT later',
  description:
    'Reads every byte once and writes all that was claimed and observed. report, verify, layers and df take the file as INPUT.',
  positional: inputs,
  formats: ['json'],
  options: ['output', 'verify', 'no-verify', 'fail-on', ...scanOptions],
  examples: [
    ['varve scan images/ -o before.json', 'an inventory of all archives below a folder'],
    ['varve report before.json', 'the report of that day, without the archives'],
    ['docker save app:1 | varve scan - | jq .archives[0].images', 'an image straight from docker'],
  ],
  load: () => import('./run/scan.js'),
});
