/**
 * A step of the build: bundles the script and the style of the HTML pages (folder `src/page`) into one JSON file, with
 * the hashes by which a page's policy knows them. The same sources give the same bytes. Licences of what is bundled go
 * along, since every page carries a copy.
 *
 *   node dist/build/bundle-page.js
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { build, type Metafile, transform } from 'esbuild';
import type { PageAssets } from '../src/report/forms/html-page.js';

const target = 'dist/page/page.json';

const bundled = await build({
  entryPoints: ['src/page/main.ts'],
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  charset: 'ascii',
  legalComments: 'none',
  tsconfig: 'src/page/tsconfig.json',
});
const style = await transform(await readFile('src/page/style.css', 'utf8'), { loader: 'css', minify: true });
const code = new TextDecoder().decode(bundled.outputFiles[0]?.contents);
const script = `${await licencesOf(bundled.metafile)}\n${code}`;
// Either would end its element early.
if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style.code))
  throw new Error('the bundle cannot stand in a page');
const assets: PageAssets = { script, scriptHash: hashOf(script), style: style.code, styleHash: hashOf(style.code) };
await mkdir('dist/page', { recursive: true });
await writeFile(target, `${JSON.stringify(assets)}\n`);

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** A comment with the licence texts of all packages in the bundle, each text once. */
async function licencesOf({ outputs }: Metafile): Promise<string> {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const folders = new Set(used.flatMap(([path]) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const byText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const text = (await readFile(`${folder}/LICENSE`, 'utf8')).trim();
    byText.set(text, [...(byText.get(text) ?? []), folder.slice('node_modules/'.length)]);
  }
  const notices = [...byText].map(([text, names]) => `${names.join(', ')}\n\n${text}`);
  return `/*!\n${notices.join('\n\n----\n\n')}\n*/`;
}
