/**
 * `varve inspect`: everything about an image, in the shape of `docker image inspect`, with what docker does not say beside
 * it. Digests of documents are always computed; those of layers, and the content fingerprint, with --verify.
 */
import { command, inputsAndImage } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const inspectCommand = command({
  name: 'inspect',
  summary: 'everything about an image, as docker image inspect has it',
  description:
    "Prints docker's JSON for each image, and beside it every identity of the image with what it rests on. Reads headers " +
    'and documents only; --verify reads every byte, and adds a fingerprint of the content.',
  positional: inputsAndImage,
  formats: ['json', 'template'],
  options: ['image', 'filter', 'format', 'now', 'output', 'verify', 'fail-on', ...scanOptions],
  imageWords: 'one',
  examples: [
    ['varve inspect shop/api:1.2', 'one image of this folder, by its name or the end of it'],
    ['varve inspect images/ --image app:1', 'one image'],
    ["varve inspect app.tar --format '{{.Id}} {{json .Config.Env}}'", 'any path of the document'],
    ["varve inspect . --verify --format '{{.Varve.fingerprint.digest}}'", 'equal for builds with equal content'],
  ],
  load: () => import('./run/inspect.js'),
});
