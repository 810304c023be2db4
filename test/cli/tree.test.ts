/** `varve tree` from its words to its exit code, on the samples. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ImageTree } from '../../src/index.js';
import { varve } from './console.js';

const tree = (...words: readonly string[]) => varve(['tree', ...words, '--quiet', '--no-color'], { columns: 80 });

describe('varve tree', () => {
  it('draws the samples on 80 columns', async () => {
    const { code, stdout } = await tree('samples', '--verify');
    expect(code).toBe(0);
    expect(stdout).toBe(`TREE                   LAYERS     ADDS     SIZE  IMAGE
5d5c09e34854                1  16.38kB  16.38kB  tidewater:12
├─ ○                       +1  9.216kB   25.6kB  (no image ends here)
│  ├─ ○                    +1  7.168kB  32.77kB  (no image ends here)
│  │  ├─ 737bda8dfd69      +1  6.144kB  38.91kB  …istry.example.com/shop/api:1.0
│  │  ├─ d6365b4afeab      +1  6.656kB  39.42kB  …istry.example.com/shop/api:1.1
│  │  └─ 214af441b2e6      +1   7.68kB  40.45kB  <none>
│  ├─ 39062ad29ebe         +1   7.68kB  33.28kB  …ry.example.com/shop/orders:1.4
│  └─ 2eb852e9ecf4         +1  7.168kB  32.77kB  …ry.example.com/shop/worker:0.9
├─ b6ad7d869627            +3  23.04kB  39.42kB  …istry.example.com/shop/api:1.1
├─ ○                       +1  8.192kB  24.58kB  (no image ends here)
│  ├─ c86340ab8c61         +1  6.144kB  30.72kB  …istry.example.com/shop/web:2.0
│  ├─ 8514dbd0e2f6         +1  5.632kB  30.21kB  …y.example.com/shop/gateway:1.7
│  └─ 8e59bff8123d         +1  6.144kB  30.72kB  …istry.example.com/shop/web:2.1
├─ a0c08da9b0f6            +1  8.704kB  25.09kB  …y.example.com/shop/metrics:0.4
└─ 025d8ccf6d82            +2  20.99kB  37.38kB  …istry.example.com/shop/tools:5
081fa1781658                2  15.36kB  15.36kB  ….example.com/shop/checkout:3.2
839c15730af4                3  30.72kB  30.72kB  …istry.example.com/shop/web:2.1
9a1e48c4893a                2  13.82kB  13.82kB  …y.example.com/shop/printer:0.1

15 images; 11 are built on another one that is here.
○ = layers that several images begin with.
`);
  });

  it('has the chart of the samples', async () => {
    const { code, stdout } = await tree('samples', '--format', 'mermaid');
    expect({ code, stdout }).toEqual({ code: 0, stdout: readFileSync('test/golden/tree-samples.mmd', 'utf8') });
  });

  it('names bases and what is built on them as JSON', async () => {
    const { images } = JSON.parse((await tree('samples', '--format', 'json')).stdout) as ImageTree;
    const base = images.find(({ references }) => references.includes('docker.io/library/tidewater:12'));
    expect(base?.derived).toHaveLength(11);
    expect(images.filter(({ bases }) => bases.includes(base?.id ?? ''))).toHaveLength(11);
  });

  it('shows with --image one image, what it is built on and what is built on it', async () => {
    const { stdout } = await tree('samples', '--image', 'registry.example.com/shop/web:2.0');
    const ids = [...stdout.matchAll(/[0-9a-f]{12}/g)].map(([id]) => id);
    expect(ids).toEqual(['5d5c09e34854', 'c86340ab8c61']);
    expect(stdout).toContain('2 images; 1 is built on another one that is here (unverified).');
  });

  it('shows with --filter the images that it selects in the same way', async () => {
    const { stdout } = await tree('samples', '--filter', 'dangling=true');
    expect(stdout).toContain('214af441b2e6');
    expect(stdout).not.toContain('c86340ab8c61');
  });

  it('lists layers with -v', async () => {
    const { stdout } = await tree('samples', '-v', '--image', 'tidewater:12');
    expect(stdout).toContain('· 3cf425697a65');
  });

  it('refuses an image that is not there, and a format that it has not', async () => {
    expect((await tree('samples', '--image', 'nobody')).code).toBe(2);
    expect((await tree('samples', '--format', 'csv')).code).toBe(2);
  });
});
