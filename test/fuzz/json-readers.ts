/**
 * The comparison of Varve's reading of JSON with that of loaders written in Go, over generated documents. Needs Go, and the
 * network or a filled module cache; the versions of the loaders stand in `go-json/go.mod`, and nothing of them in our package.
 *
 *   npm run build && node dist/test/fuzz/json-readers.js COUNT [FIRST]    compares COUNT documents from a number on
 *   npm run build && node dist/test/fuzz/json-readers.js --record         writes what the test of every run is held to
 */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type GeneratedDocument, generatedDocument } from './json-documents.js';
import { digestOfReading, type GoReadings, judge, loadersOf } from './json-readings.js';
import { recordedCount, recordLine, recordPath } from './json-record.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const program = join(tmpdir(), `varve-go-json-${process.getuid?.() ?? 0}`);
const batchSize = 5_000;
const mostFaults = 20;

function build(): void {
  const cwd = join(repository, 'test/fuzz/go-json');
  const { status } = spawnSync('go', ['build', '-trimpath', '-o', program, '.'], { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error('the Go program was not built');
}

/** Asks Go about documents, in their order. */
async function askGo(documents: readonly GeneratedDocument[]): Promise<GoReadings[]> {
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(documents.map(({ kind, bytes }) => `${kind} ${bytes.toString('base64')}\n`).join(''));
  const readings: GoReadings[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const read = JSON.parse(line) as Record<string, unknown>;
    readings.push(
      Object.fromEntries(
        Object.entries(read).map(([loader, value]) => [loader, value === null ? null : digestOfReading(value)]),
      ),
    );
  }
  if (readings.length !== documents.length) throw new Error('Go did not answer for every document');
  return readings;
}

async function compare(first: number, count: number): Promise<void> {
  const totals = { documents: 0, read: 0, remarked: 0, faults: 0 };
  for (let from = first; from < first + count; from += batchSize) {
    const documents = numbers(from, Math.min(batchSize, first + count - from)).map(generatedDocument);
    const readings = await askGo(documents);
    for (const [i, document] of documents.entries()) {
      const verdict = judge(document, readings[i] ?? {});
      totals.documents += 1;
      totals.read += Number(verdict.isRead);
      totals.remarked += Number(verdict.isRead && verdict.isRemarked);
      if (verdict.fault === null) continue;
      totals.faults += 1;
      if (totals.faults <= mostFaults)
        console.log(from + i, document.kind, verdict.fault, document.bytes.toString().slice(0, 1500));
    }
  }
  console.log(JSON.stringify(totals));
  process.exitCode = totals.faults === 0 ? 0 : 1;
}

async function record(): Promise<void> {
  const documents = numbers(0, recordedCount).map(generatedDocument);
  const readings = await askGo(documents);
  const lines = documents.map((document, i) => recordLine(document, readings[i] ?? {}, loadersOf[document.kind]));
  writeFileSync(join(repository, recordPath), `${lines.join('\n')}\n`);
}

function numbers(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

build();
const [first = '1000000', second] = process.argv.slice(2);
if (first === '--record') await record();
else await compare(Number(second ?? 1_000_000), Number(first));
