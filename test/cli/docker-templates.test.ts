/**
 * Templates against docker's own commands: each answer in test/data/templates/docker-cases.ndjson is what `docker image
 * inspect`, `ls` and `history` print of an image, and Varve must print the same of an archive of that image, or fail as
 * docker fails. Where it does not, on purpose, the difference stands below with its reason.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageDetails } from '../../src/analysis/images/image-details.js';
import { imageHistory } from '../../src/analysis/images/image-history.js';
import { imageList } from '../../src/analysis/images/image-list.js';
import { type TemplateDetails, templateDetails } from '../../src/analysis/images/template-details.js';
import { imageSet } from '../../src/analysis/set/image-set.js';
import { UsageError } from '../../src/cli/line/usage-error.js';
import { documentPrinter, rowPrinter } from '../../src/cli/output/template-output.js';
import { selectImages } from '../../src/cli/selection/select.js';
import { type Inventory, scan } from '../../src/index.js';
import { parseInstant } from '../../src/model/instants.js';
import { finished } from '../../src/model/work/work.js';
import { parseFilters } from '../../src/query/filters.js';
import { historyHeads, historyTemplateData } from '../../src/report/images/history-template.js';
import { imageHeads, imageTemplateData } from '../../src/report/images/image-template.js';
import { textHasher } from '../../src/scan/hash-text.js';
import { TemplateError } from '../../src/template/template-error.js';
import { file } from '../helpers/archive-entry.js';
import { digestOf } from '../helpers/digests.js';
import { tar } from '../helpers/tar-archive.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

type CommandName = 'inspect' | 'ls' | 'history';

interface TemplateCase {
  readonly command: CommandName;
  readonly template: string;
  /** The last one, which names no images, holds for all others. */
  readonly outcomes: readonly {
    readonly images?: readonly string[];
    readonly output?: string;
    readonly error?: string;
  }[];
  /** Images of which docker prints addresses. */
  readonly skipped?: readonly string[];
}

interface CaseImage {
  readonly name: string;
  readonly tags: readonly string[];
  readonly config: string;
}

interface Difference {
  readonly reason: string;
  readonly commands: readonly CommandName[];
  readonly images?: readonly string[];
  readonly templates: RegExp;
}

/** Where Varve differs on purpose, or cannot know what docker knows. Each must be seen at least once. */
const differences: readonly Difference[] = [
  {
    reason: 'keys of a config that docker does not know are in the JSON, after those that it knows',
    commands: ['inspect'],
    images: ['old'],
    templates: /\.Config( |\}|$)/,
  },
  {
    reason: 'a time is no struct of three numbers here, and has no source text',
    commands: ['inspect'],
    templates: /printf.* \.Metadata/,
  },
  {
    reason: 'labels of a row are shown, which docker does not list',
    commands: ['ls'],
    templates: /\.Labels/,
  },
  {
    reason: 'an image without a time of creation has none; docker takes its zero for 1970',
    commands: ['ls', 'history'],
    images: ['no-config', 'null-config', 'no-layers'],
    templates: /\.CreatedAt/,
  },
  {
    reason: 'layers of which no step is written down are steps too',
    commands: ['history'],
    images: ['windows', 'offset', 'no-config', 'no-layers'],
    templates: /./,
  },
];

const [imageLine = '', ...caseLines] = readFileSync(
  new URL('../data/templates/docker-cases.ndjson', import.meta.url),
  'utf8',
)
  .trimEnd()
  .split('\n');
const images = JSON.parse(imageLine) as readonly CaseImage[];
const cases = caseLines.map((line) => JSON.parse(line) as TemplateCase);

const now = parseInstant('2024-06-01T00:00:00Z') ?? { seconds: 0, nanoseconds: 0 };
const order = { sort: 'created', reverse: false, idKind: 'config', all: false, filtered: false } as const;
const texts = { truncate: true, idKind: 'config', bytes: false, human: true, now } as const;

/** What each command prints of an archive. */
interface Archived {
  readonly details: readonly TemplateDetails[];
  readonly rows: readonly object[];
  readonly steps: readonly object[];
}

function factsOf(inventory: Inventory): Archived {
  const set = imageSet(inventory);
  const { rows } = finished(selectImages(inventory, { image: null, filters: parseFilters([]), now }));
  const details = imageDetails(set.images, { inventory, set, sha256: textHasher(), contents: null });
  const list = imageList(inventory, set, rows, order).images;
  return {
    details: details.map(templateDetails),
    rows: list.map((image) => imageTemplateData(image, { ...texts, truncate: false })),
    steps: imageHistory(set.images, set, inventory).images.flatMap((image) => historyTemplateData(image, texts)),
  };
}

const archived = new Map<string, Archived>();
const { folder } = temporaryFolder();

beforeAll(async () => {
  for (const { name, tags, config } of images) {
    const configName = `${digestOf(Buffer.from(config)).slice('sha256:'.length)}.json`;
    const layers = (JSON.parse(config) as { rootfs: { diff_ids: unknown[] | null } }).rootfs.diff_ids ?? [];
    const manifest = [{ Config: configName, RepoTags: tags, Layers: layers.map(() => 'layer.tar') }];
    const path = join(folder, `${name}.tar`);
    const entries = [file(configName, config), file('layer.tar', Buffer.alloc(1024))];
    await writeFile(path, await tar([...entries, file('manifest.json', JSON.stringify(manifest))]));
    archived.set(name, factsOf(await scan([path])));
  }
}, 60_000);
const printers: Readonly<Record<CommandName, (template: string, image: Archived) => string>> = {
  inspect(template, { details }) {
    const { text, fault } = documentPrinter(template)(details);
    if (fault !== null) throw fault;
    return [...text].join('');
  },
  ls: (template, { rows }) => rowPrinter(template, imageHeads)(rows).join(''),
  history: (template, { steps }) => rowPrinter(template, historyHeads)(steps).join(''),
};

/** What Varve prints, or the kind of its error. */
function printed(command: CommandName, template: string, name: string): string {
  const image = archived.get(name);
  if (image === undefined) throw new RangeError(`there is no image ${name}`);
  try {
    return printers[command](template, image);
  } catch (error) {
    const fault = error instanceof UsageError ? error.cause : error;
    if (fault instanceof TemplateError) return `error: ${fault.kind}`;
    throw error;
  }
}

/** What docker prints, or the kind of its error. */
function expected({ outcomes }: TemplateCase, name: string): string {
  const { output, error } = outcomes.find((outcome) => outcome.images?.includes(name)) ?? outcomes.at(-1) ?? {};
  return output ?? `error: ${error}`;
}

interface Answer {
  readonly command: CommandName;
  readonly template: string;
  readonly image: string;
  readonly docker: string;
}

const answers = cases.flatMap((templateCase) =>
  images
    .filter(({ name }) => !templateCase.skipped?.includes(name))
    .map(({ name }): Answer => {
      const { command, template } = templateCase;
      return { command, template, image: name, docker: expected(templateCase, name) };
    }),
);

function fits({ commands, images: names, templates }: Difference, { command, template, image }: Answer): boolean {
  return commands.includes(command) && (names?.includes(image) ?? true) && templates.test(template);
}

describe("docker's own answers", () => {
  it('are many, of images and templates of all kinds', () => {
    expect(answers.length).toBeGreaterThan(30_000);
    expect(new Set(answers.map(({ command }) => command)).size).toBe(3);
    expect(answers.filter(({ docker }) => docker.startsWith('error')).length).toBeGreaterThan(1_000);
  });

  it.each(images.map(({ name }) => name))('are those of Varve for the image %s', (name) => {
    const differing = answers
      .filter((answer) => answer.image === name && !differences.some((difference) => fits(difference, answer)))
      .map(({ command, template, docker }) => ({ command, template, docker, varve: printed(command, template, name) }))
      .filter(({ docker, varve }) => docker !== varve);
    expect(differing).toEqual([]);
  });
});

describe('a difference from docker that is on purpose', () => {
  it.each(differences.map((difference) => [difference.reason, difference] as const))('is seen: %s', (_, difference) => {
    const concerned = answers.filter((answer) => fits(difference, answer));
    const differing = concerned.filter(
      ({ command, template, image, docker }) => printed(command, template, image) !== docker,
    );
    expect(differing.length).toBeGreaterThan(0);
  });
});
