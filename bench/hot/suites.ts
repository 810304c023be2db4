/** The functions that much time is spent in, each over an input of its own; what is counted is what a user would count. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { LayerScan } from '../../src/archive/layer-scan.js';
import { parseTarHeader } from '../../src/archive/tar/tar-header.js';
import { indexTar } from '../../src/archive/tar/tar-index.js';
import { createDecoder } from '../../src/codec/create-decoder.js';
import type { Codec } from '../../src/codec/decoder.js';
import { limits } from '../../src/model/limits.js';
import { parseReference } from '../../src/model/reference.js';
import { digestBytes, Hashers } from '../../src/observe/hasher.js';
import { renderText } from '../../src/report/forms/terminal.js';
import { reportText } from '../../src/report/overview/report-text.js';
import { openFile } from '../../src/sources/file-source.js';
import { parseTemplate } from '../../src/template/template.js';
import { rawHeader, seededRandom, tarOfFiles, zstd } from '../../test/helpers/archive-builder.js';
import { inventoryOfImages } from '../inputs.js';

export interface HotTask {
  readonly suite: string;
  readonly name: string;
  readonly unit: string;
  readonly amount: number;
  readonly work: () => void;
}

const mebibyte = 1024 ** 2;

/** All tasks; files that they read are written to the folder. */
export async function hotTasks(folder: string): Promise<HotTask[]> {
  return [...tarTasks(folder), ...(await codecTasks()), ...hashTasks(), ...textTasks(), ...(await accountingTasks())];
}

function tarTasks(folder: string): HotTask[] {
  const entries = 20_000;
  const bytes = tarOfFiles(entries, 1024);
  const path = join(folder, 'files.tar');
  writeFileSync(path, bytes);
  const header = rawHeader({ name: 'usr/share/doc/varve/copyright', claimedSizeBytes: 1234 });
  return [
    times({ suite: 'tar', name: 'parse one header', unit: 'headers', amount: 1000 }, () =>
      parseTarHeader(header, 'utf8'),
    ),
    {
      suite: 'tar',
      name: 'index a file by position',
      unit: 'entries',
      amount: entries,
      work: () => {
        const file = openFile(path);
        indexTar(file, limits);
        file.close();
      },
    },
    {
      suite: 'tar',
      name: 'scan a layer that goes by',
      unit: 'entries',
      amount: entries,
      work: () => {
        const scan = new LayerScan(limits);
        for (let at = 0; at < bytes.length; at += mebibyte) scan.push(bytes.subarray(at, at + mebibyte));
        scan.finish();
      },
    },
  ];
}

async function codecTasks(): Promise<HotTask[]> {
  const content = Buffer.from(seededRandom(1).text(8 * mebibyte));
  // A decoder that had to be loaded is there from the second time on.
  (await createDecoder('zstd')).close();
  return [
    decodeTask('gzip', 'decode gzip', gzipSync(content), content.length),
    decodeTask('zstd', 'decode zstd, raw blocks', zstd(content), content.length),
  ];
}

function decodeTask(codec: Codec, name: string, input: Buffer, amount: number): HotTask {
  const step = 64 * 1024;
  const work = (): void => {
    const decoder = createDecoder(codec);
    if (decoder instanceof Promise) throw new TypeError(`${codec} is not loaded`);
    for (let at = 0; at < input.length; at += step) void decoder.write(input.subarray(at, at + step), () => {});
    void decoder.end(() => {});
    decoder.close();
  };
  return { suite: 'codec', name, unit: 'bytes', amount, work };
}

function hashTasks(): HotTask[] {
  const bytes = Buffer.alloc(4 * mebibyte, 'varve');
  const small = bytes.subarray(0, 1000);
  return [
    {
      suite: 'digest',
      name: 'SHA-256 in pieces of 1 MiB',
      unit: 'bytes',
      amount: bytes.length,
      work: () => {
        const hashers = new Hashers('node', ['sha256']);
        for (let at = 0; at < bytes.length; at += mebibyte) hashers.update(bytes.subarray(at, at + mebibyte));
        hashers.digests();
      },
    },
    times({ suite: 'digest', name: 'digest of 1,000 bytes', unit: 'digests', amount: 200 }, () =>
      digestBytes('node', 'sha256', small),
    ),
  ];
}

function textTasks(): HotTask[] {
  const references = [
    'app:1',
    'library/debian:12-slim',
    'registry.example:5000/team/app:2.1',
    `app@sha256:${'a'.repeat(64)}`,
  ];
  const template = parseTemplate('{{.Repository}}\t{{.Tag}}\t{{printf "%-10s" .Size}}{{range .Labels}} {{.}}{{end}}');
  const row = { Repository: 'registry.example/team/app', Tag: '2.1', Size: '123.4MB', Labels: ['a=1', 'b=2'] };
  return [
    times({ suite: 'text', name: 'parse a reference', unit: 'references', amount: 400 }, (i) =>
      parseReference(references[i % references.length] ?? ''),
    ),
    times({ suite: 'text', name: 'execute a template', unit: 'rows', amount: 100 }, () => template.execute(row)),
  ];
}

async function accountingTasks(): Promise<HotTask[]> {
  const images = 4000;
  const inventory = await inventoryOfImages(images);
  const result = reportOf(inventory);
  const view = { wide: true, verbose: true };
  return [
    {
      suite: 'accounting',
      name: 'report on an inventory',
      unit: 'images',
      amount: images,
      work: () => void reportOf(inventory),
    },
    {
      suite: 'accounting',
      name: 'text of a report',
      unit: 'images',
      amount: images,
      work: () => void renderText(reportText(result, view), { color: false, width: null }),
    },
  ];
}

/** The same call so often that a clock can measure it. */
function times(facts: Omit<HotTask, 'work'>, call: (i: number) => unknown): HotTask {
  const work = (): void => {
    for (let i = 0; i < facts.amount; i++) call(i);
  };
  return { ...facts, work };
}
