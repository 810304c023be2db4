/**
 * Blobs sent to a registry (distribution specification, "Pushing Blobs": end-4, end-5, end-6, end-13). A small one goes in one request, a
 * large one in chunks: what broke off goes on where the registry says that it is. Each answer names the address of the next
 * request, which may be at another host; who asks is not told there.
 */
import { algorithmOf } from '../../model/digest.js';
import { RemoteError } from '../../model/error.js';
import { askedText, PassingError } from '../failure.js';
import type { HttpResponse } from '../http/message.js';
import { Retries } from '../http/retries.js';
import type { RepositoryPlace } from '../place.js';
import { type BlobDescriptor, hasBlob } from '../read/blobs.js';
import { claimedDigest } from '../read/checked-digest.js';
import type { RegistryCall, Session } from '../session.js';
import { beginUpload, cancelUpload, type Upload, uploadOf, writeScopes } from './upload-session.js';

/** The bytes of a blob from a position to its end, as often as they are asked for. */
export type OpenBlob = (offsetBytes: number) => AsyncIterable<Buffer>;

const octets = { 'content-type': 'application/octet-stream' } as const;

/** Sends a blob; `begun` is an upload that a mount began. Throws RemoteError where the registry does not take it, and what `open` throws. */
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
  try {
    await retries.run(() => (isSmall ? sending.whole() : sending.inChunks()));
  } catch (error) {
    if (!isUnanswered(error)) await sending.cancel();
    throw error;
  }
}

/** Whether it was given up since nobody answers, to whom nothing has to be said then. */
function isUnanswered(error: unknown): boolean {
  return error instanceof RemoteError && error.cause instanceof PassingError && error.status === null;
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
  /** Where a chunk was refused that began where the registry was said to be. */
  #refusedAt: number | null = null;

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

  /** Gives up what was begun and is not there. */
  async cancel(): Promise<void> {
    const upload = this.#upload ?? this.#begun;
    if (upload !== null) await cancelUpload(this.#session, this.#place, upload);
  }

  /** Of an answer that was lost nobody knows what became: so the registry is asked before anything is sent again. */
  async #isThere(): Promise<boolean> {
    this.#tries += 1;
    if (this.#tries === 1) return false;
    return (await hasBlob(this.#session, this.#place, this.#blob.digest)) === this.#blob.sizeBytes;
  }

  async #begin(): Promise<Upload> {
    this.#upload = this.#begun ?? (await beginUpload(this.#session, this.#place));
    this.#begun = null;
    return this.#upload;
  }

  /** The upload, or where it stands after a break; a new one where the registry has forgotten it or does not tell. */
  async #current(): Promise<Upload> {
    const known = this.#upload;
    if (known === null) return this.#begin();
    const call = { ...this.#call('GET', known.at), expected: [204, 400, 404, 405, 501] };
    const told = await this.#session.ask(call, async (response) => {
      await response.discard();
      return response.status === 204 ? uploadOf(response, known) : null;
    });
    this.#upload = told;
    return told ?? this.#begin();
  }

  async #send(upload: Upload): Promise<Upload> {
    const { sizeBytes } = this.#blob;
    const chunkBytes = Math.max(this.#session.settings.chunkBytes, upload.minChunkBytes);
    const end = Math.min(sizeBytes, upload.position + chunkBytes);
    const length = end - upload.position;
    const response = await this.#asked({
      ...this.#call('PATCH', upload.at),
      headers: { ...octets, 'content-range': `${upload.position}-${end - 1}` },
      body: { sizeBytes: length, open: () => exactBytes(this.#open(upload.position), length) },
      expected: [202, 416],
    });
    await response.discard();
    if (response.status === 416) throw await this.#outOfOrder(response, upload);
    const next = uploadOf(response, { ...upload, position: end });
    if (next.position > upload.position && next.position <= end) return next;
    throw new RemoteError(
      `${askedText(response.request)}: sent the bytes ${upload.position}-${end - 1}, and the registry says that it has ${next.position} bytes`,
    );
  }

  /** Where the upload stands is asked before the next try; where the same is refused again, a new one is begun. */
  async #outOfOrder({ request, status }: HttpResponse, upload: Upload): Promise<PassingError> {
    if (this.#refusedAt === upload.position) {
      await this.cancel();
      this.#upload = null;
    }
    this.#refusedAt = upload.position;
    return new PassingError(`${askedText(request)}: 416, the registry has another part of it than it said`, { status });
  }

  async #finish(at: URL, body: (RegistryCall['body'] & object) | null): Promise<void> {
    const { digest } = this.#blob;
    const url = new URL(at);
    url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
    const response = await this.#asked({
      ...this.#call('PUT', url),
      headers: body === null ? { 'content-length': '0' } : octets,
      body,
      expected: [201, 204],
    });
    await response.discard();
    this.#upload = null;
    const claimed = claimedDigest(response);
    // By another algorithm it may be the same blob.
    if (claimed === null || claimed === digest || algorithmOf(claimed) !== algorithmOf(digest)) return;
    throw new RemoteError(
      `${askedText(response.request)}: sent ${digest}, and the registry says that it has ${claimed}`,
    );
  }

  /** Sends to an upload; one that the registry has forgotten is begun anew with the next try. */
  async #asked(call: RegistryCall): Promise<HttpResponse> {
    try {
      return await this.#session.sendOnce(call);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.registryCode !== 'BLOB_UPLOAD_UNKNOWN') throw error;
      this.#upload = null;
      const { message, status, registryCode } = error;
      throw new PassingError(message, { cause: error, status, registryCode });
    }
  }

  #call(method: RegistryCall['method'], at: URL): Omit<RegistryCall, 'expected'> {
    return { ...this.#place, scopes: writeScopes(this.#place), method, at };
  }
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
