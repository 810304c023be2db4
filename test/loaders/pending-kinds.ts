/**
 * Kinds of generated archives of which a loader takes what Varve neither lists nor warns of, sorted. A test fails where this
 * differs from what is found, in either direction: a kind that was mended has to go from here.
 */
export const pendingKinds: readonly string[] = [];
