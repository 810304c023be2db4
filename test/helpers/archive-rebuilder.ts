/**
 * Carries a removal out for real: takes the bytes of plain tar archives and writes them anew without what goes. It knows
 * which images go and nothing else of a plan: what they reach, and what the others do, it finds out by itself from the
 * documents in the archives, and its tar reader is its own. Documents keep their length (blanks fill them up), so that
 * the bytes that go are those of bodies, their headers and their padding.
 */
import { digestOf } from './digests.js';

export interface Archive {
  readonly path: string;
  readonly tar: Buffer;
}

interface Body {
  readonly name: string;
  /** Of the first header that belongs to it, and of the byte behind its padding. */
  readonly start: number;
  readonly end: number;
  readonly content: Buffer;
  readonly isDocument: boolean;
}

/** What one archive leads to: for each root the digests of all bodies that it needs. */
interface Root {
  readonly id: string;
  readonly needs: ReadonlySet<string>;
}

type Json = Readonly<Record<string, unknown>>;

const blockBytes = 512;
const documentNames = /^(?:manifest\.json|repositories|index\.json|oci-layout|[0-9a-f]{64}\/(?:json|VERSION))$/;

/** The archives without the images of these IDs; one that holds no body any more is left out. */
export function withoutImages(archives: readonly Archive[], ids: ReadonlySet<string>): Archive[] {
  const roots = archives.flatMap(({ tar }) => rootsOf(tar));
  const digestsOf = (going: boolean) =>
    new Set(roots.filter(({ id }) => ids.has(id) === going).flatMap(({ needs }) => [...needs]));
  const [wanted, unwanted] = [digestsOf(false), digestsOf(true)];
  return archives.flatMap(({ path, tar }) => {
    const bodies = bodiesOf(tar);
    const goes = (body: Body) => {
      const digest = digestOf(body.content);
      return !body.isDocument && unwanted.has(digest) && !wanted.has(digest);
    };
    if (bodies.some(goes) && bodies.every((body) => body.isDocument || goes(body))) return [];
    const edited = Buffer.from(tar);
    for (const body of bodies) if (body.isDocument) editDocument(edited, body, rootsOf(tar), ids);
    const kept: Buffer[] = [];
    let from = 0;
    for (const body of bodies.filter(goes)) {
      kept.push(edited.subarray(from, body.start));
      from = body.end;
    }
    return [{ path, tar: Buffer.concat([...kept, edited.subarray(from)]) }];
  });
}

/** Bytes of all bodies that are no documents, and of everything. */
export function measure(archives: readonly Archive[]): { readonly bodyBytes: number; readonly totalBytes: number } {
  const bodies = archives.flatMap(({ tar }) => bodiesOf(tar)).filter(({ isDocument }) => !isDocument);
  return {
    bodyBytes: bodies.reduce((sum, { content }) => sum + content.length, 0),
    totalBytes: archives.reduce((sum, { tar }) => sum + tar.length, 0),
  };
}

function* headersOf(tar: Buffer): Generator<{ name: string; type: string; link: string; at: number; size: number }> {
  const text = (at: number, length: number) =>
    tar
      .subarray(at, at + length)
      .toString()
      .replace(/\0.*$/s, '');
  for (let at = 0; at + blockBytes <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const prefix = text(at + 345, 155);
    const name = `${prefix === '' ? '' : `${prefix}/`}${text(at, 100)}`;
    yield { name, type: text(at + 156, 1) || '0', link: text(at + 157, 100), at, size };
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
}

function bodiesOf(tar: Buffer): Body[] {
  const bodies: Body[] = [];
  for (const { name, type, at, size } of headersOf(tar)) {
    if (type === 'x' || type === 'L') throw new RangeError('the rebuilder reads no extended headers');
    if (type !== '0') continue;
    const data = at + blockBytes;
    bodies.push({
      name,
      start: at,
      end: data + Math.ceil(size / blockBytes) * blockBytes,
      content: tar.subarray(data, data + size),
      isDocument: documentNames.test(name),
    });
  }
  return bodies;
}

/** Bodies by name, links under their own names too. */
function filesOf(tar: Buffer): Map<string, Buffer> {
  const files = new Map(bodiesOf(tar).map(({ name, content }) => [name, content]));
  for (const { name, type, link } of headersOf(tar)) {
    const target = link.startsWith('../') ? link.slice(3) : link;
    const content = files.get(target);
    if ((type === '1' || type === '2') && content !== undefined) files.set(name, content);
  }
  return files;
}

function rootsOf(tar: Buffer): Root[] {
  const files = filesOf(tar);
  const json = (name: string): unknown => JSON.parse(files.get(name)?.toString() ?? 'null');
  const records = (json('manifest.json') ?? []) as { Config: string; Layers: string[] }[];
  const saved = records.map(({ Config, Layers }): Root => {
    const bodies = [Config, ...Layers].map((name) => files.get(name) ?? Buffer.alloc(0));
    return { id: digestOf(bodies[0] ?? Buffer.alloc(0)), needs: new Set(bodies.map((body) => digestOf(body))) };
  });
  const index = (json('index.json') ?? {}) as { manifests?: Json[] };
  return [...saved, ...(index.manifests ?? []).flatMap((descriptor) => rootsBelow(descriptor, files, []))];
}

function rootsBelow(descriptor: Json, files: ReadonlyMap<string, Buffer>, above: readonly string[]): Root[] {
  const digest = String(descriptor['digest']);
  const document = JSON.parse(files.get(blobName(digest))?.toString() ?? 'null') as {
    config?: Json;
    layers?: Json[];
    manifests?: Json[];
  };
  const path = [...above, digest];
  if (document.manifests !== undefined) return document.manifests.flatMap((child) => rootsBelow(child, files, path));
  const parts = [document.config ?? {}, ...(document.layers ?? [])].map((part) => String(part['digest']));
  // What describes an image goes with it.
  const subject = (descriptor['annotations'] as Json | undefined)?.['vnd.docker.reference.digest'];
  const described = subject === undefined ? null : JSON.parse(files.get(blobName(String(subject)))?.toString() ?? '{}');
  const id = described === null ? String(parts[0]) : String((described as { config: Json }).config['digest']);
  return [{ id, needs: new Set([...path, ...parts]) }];
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function editDocument(
  tar: Buffer,
  { name, start, content }: Body,
  roots: readonly Root[],
  ids: ReadonlySet<string>,
): void {
  if (name !== 'manifest.json' && name !== 'index.json') return;
  const document = JSON.parse(content.toString()) as unknown;
  const files = filesOf(tar);
  const stays = (digest: string) => roots.some(({ id, needs }) => !ids.has(id) && needs.has(digest));
  const edited =
    name === 'manifest.json'
      ? (document as { Config: string }[]).filter(
          ({ Config }) => !ids.has(digestOf(files.get(Config) ?? Buffer.alloc(0))),
        )
      : {
          ...(document as Json),
          manifests: (document as { manifests: Json[] }).manifests.filter(({ digest }) => stays(String(digest))),
        };
  tar.write(JSON.stringify(edited).padEnd(content.length), start + blockBytes);
}
