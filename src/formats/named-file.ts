/**
 * The file that a document names. A name is taken as it stands first. Where no entry has it, the document or the entry may
 * have backslashes where the other has slashes (docker on Windows before 20.10), or it lies behind a link to a folder: the
 * bytes are there, some tools find them, and the finding says that others do not. Hostile input: a name that is two files,
 * one for each way to write it.
 */
import type { ArchiveEntry } from '../archive/entry-table.js';
import type { ArchiveView } from './archive-view.js';
import type { ClaimBook } from './claims.js';

/** The whole file of that name, or null; `where` names the document. */
export function findNamedFile(view: ArchiveView, book: ClaimBook, path: string, where: string): ArchiveEntry | null {
  const found = view.names.file(path);
  if (found === null) return findByBackslash(view, book, path, where);
  compareSpellings(view, book, path, found);
  // On a disk a link to a folder is as good as a folder; a tar is not always unpacked to one.
  const link = view.table.container === 'folder' ? null : view.names.folderLinkOf(path);
  if (link !== null) {
    const message = `files that documents name lie behind this link to the folder ${link.linkName}; what looks for names in the tar does not find them`;
    book.report('path-not-portable', message, { subject: link.name, offsetBytes: link.offsetBytes });
  }
  return found;
}

function findByBackslash(view: ArchiveView, book: ClaimBook, path: string, where: string): ArchiveEntry | null {
  const found = view.names.windowsFile(path);
  if (found === null) return null;
  const message = path.includes('\\')
    ? `${where} names a file with backslashes; docker on Windows finds it, other tools do not`
    : `the way to a file that ${where} names has backslashes in the archive; Windows finds it, other tools do not`;
  book.report('path-not-portable', message, { subject: path, actual: found.name });
  return found;
}

/** A name that is found as it is written, and that leads to another entry where a backslash is a slash. */
function compareSpellings(view: ArchiveView, book: ClaimBook, path: string, found: ArchiveEntry): void {
  const onWindows = path.includes('\\') ? view.names.windowsFile(path) : view.names.backslashed(path);
  if (onWindows === null || onWindows === found) return;
  const message =
    'two entries that differ in backslashes and slashes alone: they are one file on Windows; other tools take the name as it is';
  book.report('entry-ambiguous', message, { subject: path, expected: found.name, actual: onWindows.name });
}
