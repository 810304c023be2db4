/**
 * The labels of an image, out of its run configuration. That comes from an archive that nobody vouches for and may hold
 * anything: a label whose value is no text is no label to docker either, which refuses such a config as a whole.
 */

/** Labels by key; none where the configuration has no map of them. */
export function labelsOf(config: Readonly<Record<string, unknown>> | null): Record<string, string> {
  const labels = config?.['Labels'];
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return {};
  const texts = Object.entries(labels).filter((label): label is [string, string] => typeof label[1] === 'string');
  // Each becomes a property of its own, whatever its key says (`__proto__`).
  return Object.fromEntries(texts);
}
