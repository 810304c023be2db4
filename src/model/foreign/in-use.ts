/**
 * What is in use: names and IDs of images, from a list or from the output of the tool that runs them, as it comes. The
 * form is told by the text: JSON of docker, podman, kubectl and crictl by its keys, a table of `docker ps` by its head.
 * The text comes from the user, but holds what others named: any JSON value, lines of any length. What cannot be
 * understood is refused with its line, since an image that is missed here may be removed while it runs.
 */
import * as z from 'zod';
import { tryParseDigest } from '../digest.js';
import { messageOf, VarveError } from '../error.js';
import { tryParseReference } from '../reference.js';

const text = z.string().nullish();
const containers = z.array(z.looseObject({ name: text, image: text })).nullish();
const statuses = z.array(z.looseObject({ name: text, image: text, imageID: text })).nullish();

/** A pod, as `kubectl get pods -o json` lists them. */
const pod = z.looseObject({
  spec: z.looseObject({ containers, initContainers: containers, ephemeralContainers: containers }),
  status: z
    .looseObject({
      containerStatuses: statuses,
      initContainerStatuses: statuses,
      ephemeralContainerStatuses: statuses,
    })
    .nullish(),
});
const podList = z.looseObject({ items: z.array(pod) });

/** A container of `crictl ps -o json`. */
const crictlList = z.looseObject({
  containers: z.array(
    z.looseObject({ image: z.looseObject({ image: text }).nullish(), imageRef: text, imageId: text }),
  ),
});

/** A container of docker or podman: `ps --format json`, or `inspect`, whose `Image` is the ID. */
const container = z.looseObject({
  Image: z.string(),
  ImageID: text,
  Config: z.looseObject({ Image: text }).nullish(),
});

const idGrammar = /^(?:sha256:)?[0-9a-f]{4,64}$/;
const schemes = /^(?:docker-pullable|docker|containerd|cri-o):\/\//;

/**
 * The names and IDs, for each container those that mean its image, in their order. Throws VarveError `usage` with the line
 * where a text is neither, and where JSON has no place where images would stand.
 */
export function parseInUse(source: string): string[][] {
  const content = source.replace(/^\uFEFF/, '');
  const found = /^\s*[[{]/.test(content) ? fromJson(content) : fromLines(content).map((name) => [name]);
  return found
    .map((names) => [...new Set(names.map((name) => name.replace(schemes, '')).filter((name) => name !== ''))])
    .filter((names) => names.length > 0);
}

function fromJson(content: string): string[][] {
  try {
    return imagesIn(JSON.parse(content));
  } catch (cause) {
    if (cause instanceof VarveError) throw cause;
    // One object a line, as `docker ps --format json` has it.
    return numberedLines(content).flatMap(([number, line]) => {
      try {
        return imagesIn(JSON.parse(line));
      } catch (fault) {
        throw new VarveError('usage', `line ${number}: ${messageOf(fault)}`, { cause: fault });
      }
    });
  }
}

function imagesIn(value: unknown): string[][] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  const docker = container.safeParse(value);
  if (docker.success) return [known([docker.data.Image, docker.data.ImageID, docker.data.Config?.Image])];
  const pods = podList.safeParse(value);
  if (pods.success) return pods.data.items.flatMap(imagesOfPod);
  const onePod = pod.safeParse(value);
  if (onePod.success) return imagesOfPod(onePod.data);
  const crictl = crictlList.safeParse(value);
  if (crictl.success) {
    return crictl.data.containers.map(({ image, imageRef, imageId }) => known([image?.image, imageRef, imageId]));
  }
  throw new VarveError('usage', 'this JSON is no list of containers of docker, podman, kubectl or crictl');
}

/** What is planned and what runs are the same container where the name is the same; without names each is told apart. */
function imagesOfPod({ spec, status }: z.infer<typeof pod>): string[][] {
  const lists = [
    [spec.containers, status?.containerStatuses],
    [spec.initContainers, status?.initContainerStatuses],
    [spec.ephemeralContainers, status?.ephemeralContainerStatuses],
  ] as const;
  return lists.flatMap(([planned, running]) => {
    const byName = new Map<string, (string | null | undefined)[]>();
    for (const [at, { name, image }] of (planned ?? []).entries()) byName.set(name ?? `planned ${at}`, [image]);
    for (const [at, { name, image, imageID }] of (running ?? []).entries()) {
      const key = name ?? `running ${at}`;
      byName.set(key, [...(byName.get(key) ?? []), image, imageID]);
    }
    return [...byName.values()].map(known);
  });
}

function known(texts: readonly (string | null | undefined)[]): string[] {
  return texts.filter((item) => item !== null && item !== undefined);
}

/** Lines that are not empty and no comment, with their numbers. */
function numberedLines(content: string): [number: number, line: string][] {
  return content
    .split(/\r?\n/)
    .map((line, index): [number, string] => [index + 1, line])
    .filter(([, line]) => line.trim() !== '' && !line.trimStart().startsWith('#'));
}

/** A list, or the table of `docker ps`, `podman ps`, `nerdctl ps` or `crictl ps`, whose head has a column IMAGE. */
function fromLines(content: string): string[] {
  const lines = numberedLines(content);
  const column = imageColumn(lines[0]?.[1] ?? '');
  if (column === null) return lines.map(([number, line]) => checked(number, line.trim()));
  return lines.slice(1).map(([number, line]) => checked(number, cellOf(number, line, column)));
}

/** What stands in the column; a row that reaches over its edges, or ends before it, cannot be told apart into cells. */
function cellOf(number: number, line: string, { start, end = line.length }: ImageColumn): string {
  const isBlank = (at: number) => at < 0 || at >= line.length || line[at] === ' ';
  const overruns = !isBlank(start - 1) || (end < line.length && !isBlank(end - 1));
  if (overruns || isBlank(start)) {
    const what = overruns
      ? 'reaches over the edge of its column IMAGE'
      : 'has nothing at the start of its column IMAGE';
    throw new VarveError('usage', `line ${number}: the row ${what}: ${shown(line)}`);
  }
  return line.slice(start, end).trim();
}

interface ImageColumn {
  readonly start: number;
  readonly end: number | undefined;
}

/** Where the column stands: from its head to the next one. Heads are set apart by two spaces or more. */
function imageColumn(head: string): ImageColumn | null {
  const match = /(?:^|\s{2,})(IMAGE)(?:\s{2,}(?=\S)|\s*$)/.exec(head);
  if (match === null) return null;
  const start = head.indexOf('IMAGE', match.index);
  const end = match.index + match[0].length;
  return { start, end: end < head.trimEnd().length ? end : undefined };
}

function checked(number: number, name: string): string {
  const bare = name.replace(schemes, '');
  if (idGrammar.test(bare) || tryParseDigest(bare) !== null || tryParseReference(bare) !== null) return bare;
  throw new VarveError('usage', `line ${number}: ${shown(name)} is no name and no ID of an image`);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
