/**
 * Keys of annotations by which descriptors name images and say what they describe: containerd's and the OCI image spec's
 * (annotations.md), and BuildKit's.
 */

/** The full name of an image; containerd, docker and podman take it. */
export const imageNameAnnotation = 'io.containerd.image.name';

/** A name or a bare tag; skopeo takes it. */
export const refNameAnnotation = 'org.opencontainers.image.ref.name';

/** The digest of the manifest that an attestation describes. */
export const attestationSubjectAnnotation = 'vnd.docker.reference.digest';
