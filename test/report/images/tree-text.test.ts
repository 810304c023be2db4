/** The tree of images, drawn and as a chart. */
import { expect, it } from 'vitest';
import type { ImageTree, TreeNode } from '../../../src/model/results/results.js';
import { renderText as renderTextPieces } from '../../../src/report/forms/terminal.js';
import { treeMermaid as treeMermaidPieces } from '../../../src/report/images/tree-mermaid.js';
import { treeText } from '../../../src/report/images/tree-text.js';
import { whole } from '../../helpers/whole.js';
import { hostileName, id } from '../sample-results.js';

const renderText = whole(renderTextPieces);
const treeMermaid = whole(treeMermaidPieces);

const node = (facts: Partial<TreeNode> & Pick<TreeNode, 'parent' | 'depth'>): TreeNode => ({
  chainId: null,
  images: [],
  layers: [{ diffId: id('d'), sizeBytes: 1000, claimedSizeBytes: null }],
  layerCount: facts.depth + 1,
  addedBytes: 1000,
  claimedAddedBytes: null,
  sizeBytes: 1000 * (facts.depth + 1),
  claimedSizeBytes: null,
  ...facts,
});
const treeImage = (digit: string, references: readonly string[], facts: Partial<ImageTree['images'][number]> = {}) => ({
  id: id(digit),
  references: [...references],
  platform: 'linux/amd64',
  createdAt: null,
  node: 0,
  bases: [],
  derived: [],
  ...facts,
});

const tree: ImageTree = {
  kind: 'varve.tree',
  schemaVersion: 1,
  verified: false,
  nodes: [
    node({ parent: null, depth: 0, images: [id('1')] }),
    node({ parent: 0, depth: 1 }),
    node({ parent: 1, depth: 2, images: [id('2')], layers: [], addedBytes: 0 }),
    node({ parent: 1, depth: 2, images: [id('3'), id('4')], addedBytes: null, sizeBytes: null }),
    node({ parent: 0, depth: 1, images: [id('5')] }),
    node({ parent: 4, depth: 2, images: [id('6')] }),
    node({ parent: null, depth: 0, images: [id('7')], layerCount: 2 }),
  ],
  images: [
    treeImage('1', ['docker.io/library/debian:12', 'docker.io/library/debian:bookworm'], { derived: [id('2')] }),
    treeImage('2', ['registry.example.com/a/repository/with/a/very/long/name:1'], { bases: [id('1')] }),
    treeImage('3', ['docker.io/shop/api:1'], { bases: [id('1')] }),
    treeImage('4', ['docker.io/shop/api:2', 'docker.io/shop/api:latest'], { bases: [id('1')] }),
    treeImage('5', [], { bases: [id('1')] }),
    treeImage('6', [hostileName], { bases: [id('5')] }),
    treeImage('7', ['local']),
  ],
};

const draw = (facts = {}, width: number | null = 80): string =>
  renderText(treeText(tree, { wide: false, verbose: false, ...facts }), { width, color: false });

it('the tree of images fits into 80 columns', () => {
  expect(draw()).toBe(`TREE                  LAYERS  ADDS  SIZE  IMAGE
111111111111               1   1kB   1kB  debian:12
│                                         debian:bookworm
├─ ○                      +1   1kB   2kB  (no image ends here)
│  ├─ 222222222222        +0    0B   3kB  …/a/repository/with/a/very/long/name:1
│  └─ 333333333333        +1   n/a   n/a  shop/api:1
│     = 444444444444                      shop/api:2
│                                         shop/api:latest
└─ 555555555555           +1   1kB   2kB  <none>
   └─ 666666666666        +1   1kB   3kB  …1m\\u202egnp.exe\\x0d\\x0aok  forged.tar
777777777777               1   1kB   1kB  local

7 images; 5 are built on another one that is here (unverified).
○ = layers that several images begin with.
`);
});

it('the verbose view of a tree has each layer below its image', () => {
  const lines = draw({ verbose: true }).split('\n');
  expect(lines.slice(0, 6)).toEqual([
    'TREE                     LAYERS  ADDS  SIZE  IMAGE',
    '111111111111                  1   1kB   1kB  debian:12',
    '│                                            debian:bookworm',
    '│  · dddddddddddd                 1kB',
    '├─ ○                         +1   1kB   2kB  (no image ends here)',
    '│  │  · dddddddddddd              1kB',
  ]);
});

it('the wide view of a tree has full digests and platforms', () => {
  expect(draw({ wide: true }, null)).toContain(id('1'));
  expect(draw({ wide: true }, null)).toContain('linux/amd64');
});

it('no line of a tree is wider than the terminal, however narrow', () => {
  for (const width of [20, 40, 60, 79]) {
    for (const line of draw({}, width).split('\n')) expect([...line].length).toBeLessThanOrEqual(width);
  }
});

it('the tree of no image is a sentence', () => {
  const empty = treeText({ ...tree, nodes: [], images: [] }, { wide: false, verbose: false });
  expect(renderText(empty, { width: 80, color: false })).toBe('No image.\n');
});

it('the chart of a tree has a box for each place and an arrow for each step', () => {
  expect(treeMermaid(tree)).toBe(`flowchart TD
  n0["debian:12<br/>debian:bookworm<br/>111111111111<br/>1kB"]
  n1(["2 shared layers<br/>2kB"])
  n2["registry.example.com/a/repository/with/a/very/long/name:1<br/>222222222222<br/>3kB"]
  n3["shop/api:1<br/>333333333333<br/>shop/api:2<br/>shop/api:latest<br/>444444444444<br/>n/a"]
  n4["#60;none#62;<br/>555555555555<br/>2kB"]
  n5["evil#92;x1b#91;31m#92;u202egnp.exe#92;x0d#92;x0aok  forged.tar<br/>666666666666<br/>3kB"]
  n6["local<br/>777777777777<br/>1kB"]
  n0 -->|"+1kB in 1 layer"| n1
  n1 -->|"+0B in 0 layers"| n2
  n1 -->|"+n/a in 1 layer"| n3
  n0 -->|"+1kB in 1 layer"| n4
  n4 -->|"+1kB in 1 layer"| n5
`);
});

it('a name in a chart cannot end its box, and means nothing to HTML or Mermaid', () => {
  const name = '"]; click n0 "x" <img src=x> #quot; `%%`';
  const chart = treeMermaid({ ...tree, nodes: tree.nodes.slice(0, 1), images: [treeImage('1', [name])] });
  expect(chart.split('\n')).toHaveLength(3);
  const label = /\["(.*)"\]/.exec(chart)?.[1] ?? '';
  expect(label.replaceAll('<br/>', '')).toMatch(/^(?:[\w .,:/@+()-]|#\d+;)*$/);
});

it('a box of a chart names five of many images and names, and says that there are more', () => {
  const names = Array.from({ length: 8 }, (_, i) => `docker.io/library/app:${i}`);
  const chart = treeMermaid({ ...tree, nodes: tree.nodes.slice(0, 1), images: [treeImage('1', names)] });
  expect(chart).toContain('app:4<br/>and 3 more names<br/>111111111111');
});

it('the chart of no image has no box', () => {
  expect(treeMermaid({ ...tree, nodes: [], images: [] })).toBe('flowchart TD\n');
});
