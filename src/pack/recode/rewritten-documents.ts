/**
 * Manifests and indexes with other digests in them: only the descriptors that change are written anew, and of those only the
 * values; all else stays byte for byte. What comes out is read as loaders read it, and is refused where it does not say just
 * what it was meant to. Hostile input: documents whose keys are spelt in other ways or stand there twice.
 */
import type { Digest } from '../../model/digest.js';
import { attestationSubjectAnnotation } from '../../model/foreign/annotations.js';
import { type Descriptor, parseManifestOrIndex } from '../../model/foreign/documents.js';
import {
  editedText,
  type JsonEdit,
  type JsonSpan,
  memberOf,
  readSpans,
  replaced,
  withoutItems,
  withoutMembers,
} from '../../model/json/json-edits.js';
import { finished } from '../../model/work/work.js';
import { isAboutForm } from './layer-types.js';

/** What a descriptor points to instead. */
export interface NewTarget {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Null where it stays. */
  readonly mediaType: string | null;
}

/** What changes in the descriptors of a list, by their positions. */
export interface ListChanges {
  readonly targets: ReadonlyMap<number, NewTarget>;
  /** Media types of what stays otherwise. */
  readonly types: ReadonlyMap<number, string>;
  /** Digests of what attestations describe. */
  readonly described: ReadonlyMap<number, Digest>;
  readonly gone: ReadonlySet<number>;
}

/** The changes of one document. */
export interface DocumentChanges {
  readonly list: 'layers' | 'manifests';
  readonly changes: ListChanges;
  /** What it refers to; null where that stays. */
  readonly subject: NewTarget | null;
  /** Its own media type, where that changes and it has one. */
  readonly mediaType: string | null;
  /** The media type of its config. */
  readonly configType: string | null;
}

/** The document with its changes; null where that cannot be said in it without a doubt. */
export function rewritten(text: string, wanted: DocumentChanges): string | null {
  const span = finished(readSpans(text));
  const edits = editsOf(text, span, wanted);
  const made = edits === null ? null : editedText(text, edits);
  return made !== null && saysThat(text, made, wanted) ? made : null;
}

/** What changes in a text; null where a key is not where it should be. */
function editsOf(text: string, span: JsonSpan, wanted: DocumentChanges): JsonEdit[] | null {
  const { list, changes, subject, mediaType, configType } = wanted;
  const { targets, types, described, gone } = changes;
  const listSpan = memberOf(span, list);
  if (listSpan?.items == null && targets.size + types.size + described.size + gone.size > 0) return null;
  const item = (position: number): JsonSpan | null => listSpan?.items?.[position] ?? null;
  const edits = [
    ...[...targets].map(([position, target]) => (gone.has(position) ? [] : retargeted(text, item(position), target))),
    ...[...types].map(([position, type]) => retyped(item(position), type)),
    ...[...described].map(([position, digest]) => (gone.has(position) ? [] : redescribed(item(position), digest))),
    mediaType === null ? [] : retyped(span, mediaType),
    configType === null ? [] : retyped(memberOf(span, 'config'), configType),
    subject === null ? [] : retargeted(text, memberOf(span, 'subject'), subject),
    listSpan === null ? [] : withoutItems(listSpan, gone),
  ];
  return edits.some((each) => each === null) ? null : edits.flatMap((each) => each ?? []);
}

function retyped(span: JsonSpan | null, mediaType: string): JsonEdit[] | null {
  const own = memberOf(span, 'mediaType');
  return own === null ? null : [replaced(own, mediaType)];
}

function redescribed(span: JsonSpan | null, digest: Digest): JsonEdit[] | null {
  const own = memberOf(memberOf(span, 'annotations'), attestationSubjectAnnotation);
  return own === null ? null : [replaced(own, digest)];
}

/** Points a descriptor to something else: what it says of the bytes that it had is taken out. */
function retargeted(text: string, span: JsonSpan | null, target: NewTarget): JsonEdit[] | null {
  const { digest, sizeBytes, mediaType } = target;
  const [digestSpan, sizeSpan] = [memberOf(span, 'digest'), memberOf(span, 'size')];
  const typeSpan = memberOf(span, 'mediaType');
  if (span === null || digestSpan === null || sizeSpan === null || (mediaType !== null && typeSpan === null))
    return null;
  const annotations = memberOf(span, 'annotations');
  const emptied =
    annotations?.members != null && annotations.members.length > 0
      ? annotations.members.every(({ key }) => isAboutForm(key))
      : false;
  const goes = (key: string): boolean => key === 'data' || key === 'urls' || (emptied && key === 'annotations');
  return [
    replaced(digestSpan, digest),
    replaced(sizeSpan, sizeBytes),
    ...(mediaType === null || typeSpan === null || isWritten(text, typeSpan, mediaType)
      ? []
      : [replaced(typeSpan, mediaType)]),
    ...withoutMembers(span, goes),
    ...(annotations === null || emptied ? [] : withoutMembers(annotations, isAboutForm)),
  ];
}

function isWritten(text: string, { start, end }: JsonSpan, value: string): boolean {
  return text.slice(start, end) === JSON.stringify(value);
}

/** Whether readers see the changes and no other. */
function saysThat(before: string, after: string, wanted: DocumentChanges): boolean {
  const [old, now] = [before, after].map((text) => finished(parseManifestOrIndex(text)));
  if (old?.ok !== true || now?.ok !== true || now.remarks.length > 0 || old.value.kind !== now.value.kind) return false;
  return textOf(changed({ ...old.value.document }, wanted)) === textOf(now.value.document);
}

/** What a document becomes, as values. */
function changed(old: Readonly<Record<string, unknown>>, wanted: DocumentChanges): unknown {
  const { list, changes, subject, mediaType, configType } = wanted;
  const { targets, types, described, gone } = changes;
  const items = ((old[list] ?? []) as readonly Descriptor[]).flatMap((descriptor, position) => {
    if (gone.has(position)) return [];
    const target = targets.get(position);
    const type = types.get(position);
    const same = type === undefined ? descriptor : { ...descriptor, mediaType: type };
    const moved = target === undefined ? same : pointed(descriptor, target);
    const digest = described.get(position);
    if (digest === undefined) return [moved];
    return [{ ...moved, annotations: new Map(moved.annotations ?? []).set(attestationSubjectAnnotation, digest) }];
  });
  return {
    ...old,
    ...(mediaType === null ? null : { mediaType }),
    ...(configType === null ? null : { config: { ...(old['config'] as Descriptor), mediaType: configType } }),
    ...(old[list] == null ? null : { [list]: items }),
    ...(subject === null ? null : { subject: pointed(old['subject'] as Descriptor, subject) }),
  };
}

function pointed(descriptor: Descriptor, { digest, sizeBytes, mediaType }: NewTarget): Descriptor {
  const { data: _data, annotations, ...kept } = descriptor;
  const own = [...(annotations ?? [])].filter(([key]) => !isAboutForm(key));
  const hasOwn = annotations != null && (own.length > 0 || annotations.size === 0);
  return {
    ...kept,
    digest,
    size: sizeBytes,
    ...(mediaType === null ? null : { mediaType }),
    ...(hasOwn ? { annotations: new Map(own) } : null),
  } as Descriptor;
}

/** Equal for equal documents, whatever the order of keys. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    const plain = each instanceof Map ? Object.fromEntries(each) : each;
    if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return plain;
    return Object.fromEntries(Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
