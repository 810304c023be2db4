/** How large the content of an entry is, which a tar may store without its holes. */

/** Bytes of what is in an entry: of a sparse file with its holes. */
export function contentBytesOf({
  sparse,
  sizeBytes,
}: {
  readonly sparse?: { readonly sizeBytes: number } | undefined;
  readonly sizeBytes: number;
}): number {
  return sparse === undefined ? sizeBytes : sparse.sizeBytes;
}
