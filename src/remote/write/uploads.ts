/**
 * Blobs sent to a registry (distribution specification, "Pushing Blobs": end-4, end-5, end-6, end-11, end-13). A small one goes in one
 * request, a large one in chunks: what broke off goes on where the registry says that it is. Each answer names the address of
 * the next request, which may be at another host; who asks is not told there.
 */
import type { Digest } from '../../model/digest.js';
import { RemoteError } from '../../model/error.js';
import { joinedScopes, repositoryScopes, type Scopes } from '../auth/scopes.js';
import { askedText, PassingError } from '../failure.js';
import type { HttpResponse } from '../http/message.js';
import { locationOf } from '../http/redirects.js';
import { Retries } from '../http/retries.js';
import { type RepositoryPlace, repositoryPath } from '../place.js';
import { type BlobDescriptor, hasBlob } from '../read/blobs.js';
import { claimedDigest } from '../read/checked-digest.js';
import { quotedText } from '../remote-text.js';
import type { RegistryCall, Session } from '../session.js';

/** The bytes of a blob from a position to its end, as often as they are asked for. */
export type OpenBlob = (offsetBytes: number) => AsyncIterable<Buffer>;

/** Where an upload stands: the address of its next request, how much the registry has, the least that a chunk may have. */
export interface Upload {
  readonly at: URL;
  readonly position: number;
  readonly minChunkBytes: number;
}

const octets = { 'content-type': 'application/octet-stream' } as const;

/** Begins an upload, or mounts the blob of another repository instead; null where that was done. */
export async function beginUpload(
  session: Session,
  place: RepositoryPlace,
  mount: { readonly digest: Digest; readonly from: string } | null,
): Promise<Upload | null> {
  const query = mount === null ? '' : `?mount=${mount.digest}&from=${encodeURIComponent(mount.from)}`;
  const scopes =
    mount === null ? writeScopes(place) : joinedScopes(writeScopes(place), repositoryScopes(mount.from, ['pull']));
  const call: RegistryCall = {
    ...place,
    scopes,
    method: 'POST',
    at: `${repositoryPath(place)}/blobs/uploads/${query}`,
    headers: { 'content-length': '0' },
    expected: mount === null ? [202] : [201, 202],
  };
  return session.ask(call, async (response) => {
    await response.discard();
    if (response.status === 201) return null;
    const at = locationOf(response.request, response.header('location'));
    return { at, position: 0, minChunkBytes: leastChunk(response) ?? 1 };
  });
}

/** Sends a blob; `begun` is an upload that a mount began. Throws RemoteError where the registry does not take it. */
export async function writeBlob(
  session: Session,
  place: RepositoryPlace,
  blob: BlobDescriptor,
  open: OpenBlob,
  begun: Upload | null,
): Promise<void> {
  const isSmall = blob.sizeBytes <= session.settings.chunkBytes;
  const sending = new BlobSending(session, place, blob, open, begun);
  const retries = new Retries(session.settings, () => sending.progressed());
  await retries.run(() => (isSmall ? sending.whole() : sending.inChunks()));
}

class BlobSending {
  readonly #session: Session;
  readonly #place: RepositoryPlace;
  readonly #blob: BlobDescriptor;
  readonly #open: OpenBlob;
  /** Begun, and nothing sent yet. */
  #begun: Upload | null;
  #upload: Upload | null = null;
  #tries = 0;
  #farthestBytes = 0;

  constructor(session: Session, place: RepositoryPlace, blob: BlobDescriptor, open: OpenBlob, begun: Upload | null) {
    this.#session = session;
    this.#place = place;
    this.#blob = blob;
    this.#open = open;
    this.#begun = begun;
  }

  /** Whether the registry has more than it ever had: one that forgets each upload would else be sent it for ever. */
  progressed(): boolean {
    const position = this.#upload?.position ?? 0;
    const more = position > this.#farthestBytes;
    if (more) this.#farthestBytes = position;
    return more;
  }

  /** In one request, from its start whenever it is tried. */
  async whole(): Promise<void> {
    const { sizeBytes } = this.#blob;
    if (await this.#isThere()) return;
    const { at } = await this.#begin();
    const body = { sizeBytes, open: () => exactBytes(this.#open(0), sizeBytes) };
    await this.#finish(at, sizeBytes === 0 ? null : body);
  }

  /** In as many requests as it takes, each from where the registry is. */
  async inChunks(): Promise<void> {
    if (await this.#isThere()) return;
    let upload = await this.#current();
    while (upload.position < this.#blob.sizeBytes) {
      upload = await this.#send(upload);
      this.#upload = upload;
    }
    await this.#finish(upload.at, null);
  }

  /** Of an answer that was lost nobody knows what became: so the registry is asked before anything is sent again. */
  async #isThere(): Promise<boolean> {
    this.#tries += 1;
    if (this.#tries === 1) return false;
    return (await hasBlob(this.#session, this.#place, this.#blob.digest)) === this.#blob.sizeBytes;
  }

  async #begin(): Promise<Upload> {
    const upload = this.#begun ?? (await beginUpload(this.#session, this.#place, null));
    this.#begun = null;
    if (upload === null) throw new RangeError('an upload that has no address');
    return upload;
  }

  /** The upload, or where it stands after a break; a new one where the registry has forgotten it or does not tell. */
  async #current(): Promise<Upload> {
    const known = this.#upload;
    if (known === null) {
      this.#upload = await this.#begin();
      return this.#upload;
    }
    const call = { ...this.#call('GET', known.at), expected: [204, 400, 404, 405, 501] };
    this.#upload = await this.#session.ask(call, async (response) => {
      await response.discard();
      return response.status === 204 ? uploadOf(response, known) : null;
    });
    return this.#upload ?? this.#current();
  }

  async #send(upload: Upload): Promise<Upload> {
    const { sizeBytes } = this.#blob;
    const chunkBytes = Math.max(this.#session.settings.chunkBytes, upload.minChunkBytes);
    const end = Math.min(sizeBytes, upload.position + chunkBytes);
    const length = end - upload.position;
    const response = await this.#session.sendOnce({
      ...this.#call('PATCH', upload.at),
      headers: { ...octets, 'content-range': `${upload.position}-${end - 1}` },
      body: { sizeBytes: length, open: () => exactBytes(this.#open(upload.position), length) },
      expected: [202, 416],
    });
    await response.discard();
    if (response.status === 416) {
      this.#upload = null;
      throw new PassingError(`${askedText(response.request)}: 416, the registry has another part of it than it said`, {
        status: 416,
      });
    }
    const next = uploadOf(response, { ...upload, position: end });
    if (next.position > upload.position && next.position <= end) return next;
    throw new RemoteError(
      `${askedText(response.request)}: sent the bytes ${upload.position}-${end - 1}, and the registry says that it has ${next.position} bytes`,
    );
  }

  async #finish(at: URL, body: (RegistryCall['body'] & object) | null): Promise<void> {
    const { digest } = this.#blob;
    const url = new URL(at);
    url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
    const response = await this.#session.sendOnce({
      ...this.#call('PUT', url),
      headers: body === null ? { 'content-length': '0' } : octets,
      body,
      expected: [201, 204],
    });
    await response.discard();
    const claimed = claimedDigest(response);
    if (claimed === null || claimed === digest) return;
    throw new RemoteError(
      `${askedText(response.request)}: sent ${digest}, and the registry says that it has ${claimed}`,
    );
  }

  #call(method: RegistryCall['method'], at: URL): Omit<RegistryCall, 'expected'> {
    return { ...this.#place, scopes: writeScopes(this.#place), method, at };
  }
}

/** Where an upload stands, by an answer; what that does not say is as `before`. */
function uploadOf(response: HttpResponse, before: Upload): Upload {
  const location = response.header('location');
  const range = response.header('range');
  const [, last = ''] = /^(?:bytes=)?0-(\d{1,15})$/.exec(range ?? '') ?? [];
  if (range !== null && last === '') {
    throw new RemoteError(
      `${askedText(response.request)}: expected a Range as 0-99 of what the registry has, and found ${quotedText(range)}`,
    );
  }
  return {
    at: location === null ? before.at : locationOf(response.request, location),
    // Of nothing some say 0-0, as of one byte; no chunk has one.
    position: range === null ? before.position : last === '0' ? 0 : Number(last) + 1,
    minChunkBytes: leastChunk(response) ?? before.minChunkBytes,
  };
}

function leastChunk(response: HttpResponse): number | null {
  const least = response.header('oci-chunk-min-length') ?? '';
  return /^\d{1,12}$/.test(least) ? Number(least) : null;
}

function writeScopes({ repository }: RepositoryPlace): Scopes {
  return repositoryScopes(repository, ['pull', 'push']);
}

/** The first bytes of what is sent. Throws RangeError where it has fewer: a fault of whoever opened it. */
async function* exactBytes(pieces: AsyncIterable<Buffer>, sizeBytes: number): AsyncGenerator<Buffer, void, void> {
  let left = sizeBytes;
  for await (const piece of pieces) {
    const part = piece.length > left ? piece.subarray(0, left) : piece;
    left -= part.length;
    if (part.length > 0) yield part;
    if (left === 0) return;
  }
  throw new RangeError(`a blob to be sent ended ${left} bytes before its size`);
}
