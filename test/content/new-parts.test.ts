/** A file in parts: whole or not there, with lists of what they are, and never over something that is there. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newParts, takenPartName } from '../../src/content/new-parts.js';
import { OutputError } from '../../src/model/error.js';
import { seededRandom } from '../helpers/seeded-random.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';

const bytes = seededRandom(7).bytes(10_000);

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

describe('a file that is written in parts', () => {
  it.each([1, 7, 999, 1000, 1001, 10_000, 20_000])(
    'is cut at every %i bytes, whatever pieces it is written in',
    async (partBytes) => {
      const own = partBytes === 1 ? bytes.subarray(0, 50) : bytes;
      await inTemporaryFolder(({ at, folder }) => {
        const output = newParts(at('x.tar'), { partBytes, maxParts: 10_000 });
        for (let position = 0; position < own.length; position += 777) {
          output.write('', own.subarray(position, position + 777), position);
        }
        expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual([]);
        output.commit();
        output.abandon();
        const names = output.parts.map(({ name }) => name);
        expect(readdirSync(folder)).toEqual([...names, 'x.tar.split.json', 'x.tar.split.sha256'].sort());
        const contents = names.map((name) => readFileSync(at(name)));
        expect(Buffer.concat(contents).equals(own)).toBe(true);
        expect(output.parts).toEqual(
          contents.map((content, i) => ({
            name: names[i],
            sizeBytes: content.length,
            digest: `sha256:${digestOf(content)}`,
          })),
        );
        expect(contents.slice(0, -1).every(({ length }) => length === partBytes)).toBe(true);
        expect(JSON.parse(readFileSync(at('x.tar.split.json'), 'utf8'))).toEqual({
          kind: 'varve.parts',
          schemaVersion: 1,
          name: 'x.tar',
          sizeBytes: own.length,
          parts: output.parts,
        });
        expect(spawnSync('sh', ['-c', 'sha256sum -c --strict x.tar.split.sha256'], { cwd: folder }).status).toBe(0);
      });
    },
  );

  it('has the digests of what was written last, also where a part was written again', async () => {
    await inTemporaryFolder(({ at }) => {
      const output = newParts(at('x'), { partBytes: 1000, maxParts: 10_000 });
      output.write('', bytes.subarray(0, 3500), 0);
      output.write('', bytes.subarray(5000, 6000), 500);
      output.write('', bytes.subarray(0, 10), 3500);
      output.commit();
      const expected = Buffer.concat([bytes.subarray(0, 3500), bytes.subarray(0, 10)]);
      bytes.copy(expected, 500, 5000, 6000);
      const pieces = [0, 1000, 2000, 3000].map((start) => expected.subarray(start, start + 1000));
      expect(output.parts.map(({ digest }) => digest)).toEqual(pieces.map((piece) => `sha256:${digestOf(piece)}`));
    });
  });

  it('leaves nothing where it is abandoned', async () => {
    await inTemporaryFolder(({ at, folder }) => {
      const output = newParts(at('x'), { partBytes: 100, maxParts: 10_000 });
      output.write('', bytes, 0);
      output.abandon();
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it.each(['x.part000', 'x.part7', 'x.split.json', 'x.split.sha256'])(
    'takes the place of nothing: %s',
    async (name) => {
      await inTemporaryFolder(({ at, folder }) => {
        const output = newParts(at('x'), { partBytes: 100, maxParts: 10_000 });
        output.write('', bytes, 0);
        writeFileSync(at(name), 'old');
        expect(takenPartName(at('x'))).toBe(name);
        expect(() => output.commit()).toThrow(
          expect.objectContaining({ message: expect.stringContaining(`${name} is there already`) }),
        );
        output.abandon();
        expect(readdirSync(folder)).toEqual([name]);
        expect(readFileSync(at(name), 'utf8')).toBe('old');
      });
    },
  );

  it('has no more parts than are read as one archive', async () => {
    await inTemporaryFolder(({ at, folder }) => {
      const output = newParts(at('x'), { partBytes: 1000, maxParts: 10 });
      output.write('', bytes, 0);
      expect(() => output.write('', bytes.subarray(0, 1), 10_000)).toThrow(OutputError);
      output.abandon();
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it('takes no name from another file', async () => {
    await inTemporaryFolder(({ at, write }) => {
      write({ 'xx.part000': '', 'x.partition': '', 'x.part': '', x: '' });
      expect(takenPartName(at('x'))).toBeNull();
    });
  });
});
