/**
 * The file that a document names. A name is taken as it stands first. Where no entry has it, it may be written with
 * backslashes (docker on Windows before 20.10) or lie behind a link to a folder: the bytes are there, some tools find them,
 * and the finding says that others do not. Hostile input: a name that is two files, one for each way to write it.
 */
import type { ArchiveEntry } from '../archive/entry-table.js';
import type { ArchiveView } from './archive-view.js';
import type { ClaimBook } from './claims.js';

/** The whole file of that name, or null; `where` names the document. */
export function findNamedFile(view: ArchiveView, book: ClaimBook, path: string, where: string): ArchiveEntry | null {
  const found = view.names.file(path);
  const slashed = path.includes('\\') ? path.replaceAll('\\', '/') : null;
  if (found === null && slashed !== null) return findByBackslash(view, book, { path, slashed, where });
  if (found !== null && slashed !== null) compareSpellings(view, book, { path, slashed, found });
  // On a disk a link to a folder is as good as a folder; a tar is not always unpacked to one.
  const link = found === null || view.table.container === 'folder' ? null : view.names.folderLinkOf(path);
  if (link !== null) {
    const message = `files that documents name lie behind this link to the folder ${link.linkName}; what looks for names in the tar does not find them`;
    book.report('path-not-portable', message, { subject: link.name, offsetBytes: link.offsetBytes });
  }
  return found;
}

interface Spellings {
  readonly path: string;
  readonly slashed: string;
}

function findByBackslash(
  view: ArchiveView,
  book: ClaimBook,
  { path, slashed, where }: Spellings & { readonly where: string },
): ArchiveEntry | null {
  const found = view.names.file(slashed);
  if (found === null) return null;
  const message = `${where} names a file with backslashes; docker on Windows finds it, other tools do not`;
  book.report('path-not-portable', message, { subject: path, actual: found.name });
  return found;
}

function compareSpellings(
  view: ArchiveView,
  book: ClaimBook,
  { path, slashed, found }: Spellings & { readonly found: ArchiveEntry },
): void {
  const other = view.names.file(slashed);
  if (other === null || other === found) return;
  const message =
    'a name with backslashes, and a file where docker on Windows reads it; other tools take the name as it is';
  book.report('entry-ambiguous', message, { subject: path, expected: found.name, actual: other.name });
}
