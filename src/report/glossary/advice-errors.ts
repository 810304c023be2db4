/** How errors come about and what to do; see finding-advice.ts. In the order of the registry. */
import type { Advice } from './advice.js';

export const errorAdvice = {
  'input-unreadable': {
    raised:
      'there is no such file, it may not be read, the disk fails, the file shrank while it was read, or the thread ' +
      'that read it was lost twice. With an entry as subject, the archive was opened but this body could not be ' +
      'read.',
    advice:
      'check the path and the permissions. If the file is on a network share or is still being written, wait and ' +
      'run again.',
  },
  'input-changed': {
    raised:
      'bodies were read and afterwards the file at that path is another one, has another size or another time of ' +
      'change than when it was opened; of an unpacked layout, any of its files. Headers and bodies may then be of ' +
      'two states, and no verdict holds for either.',
    advice: 'wait until whoever writes is done, and run again. Reports on a file that is being copied come too early.',
  },
  'not-an-image-archive': {
    raised:
      "the content is something else: a file system export, a bare layer, a chart, a registry's storage, skopeo's " +
      '`dir:` folder, an empty tar, or no tar at all. The message says what it seems to be. ' +
      '[formats.md](formats.md#what-is-refused) lists the kinds.',
    advice:
      'make an archive with `docker save`, `podman save` or `skopeo copy`, or leave the file out with `--exclude`.',
  },
  'archive-truncated': {
    raised:
      'fewer bytes follow than a header promised, or when the compressed stream of the whole archive stops early; ' +
      'the message names the last whole entry. Also when an archive without end blocks holds v1 layers and nothing ' +
      'that names an image: what comes behind them in newer archives may be cut off. What is whole is still ' +
      'verified and reported.',
    advice: 'the copy or the download did not finish, or the disk was full. Get the archive again.',
  },
  'archive-undecodable': {
    raised:
      'gzip, zstd, xz or bzip2 around the archive cannot be decoded to its end: damaged blocks, a wrong checksum, ' +
      'other data behind it. What came out before is still read.',
    advice: 'get the archive again. Nothing behind the damaged place can be trusted.',
  },
  'part-missing': {
    raised:
      'the list of the parts of an archive (`varve pack --split`) names one that is not beside it, or numbered parts ' +
      'without a list have a gap. The subject is the part. What lies before it is read, nothing behind it: where the ' +
      'entries go on is not known without it.',
    advice:
      'bring that part, by its name, into the folder of the others. Where it is lost, the archive has to be packed ' +
      'or copied again, all or that part alone: the same images give the same parts.',
  },
  'part-changed': {
    raised:
      'a part has another size or another digest than the list of the parts says. The subject is the part. Where the ' +
      'size is another one, what lies before it is read; digests are compared where every byte is read. Two parts ' +
      "under each other's names are two that were changed.",
    advice: 'get that part again, and no other one. `sha256sum -c` on the list beside the parts finds it too.',
  },
  'header-invalid': {
    raised:
      'the checksum of a header does not match, a size is no number, or PAX records are malformed. Nothing behind ' +
      'that header is read, since nobody knows where the next one starts. Also raised for a single block of zeros ' +
      'between two entries: some tools take it for the end.',
    advice: 'get the archive again, or make it again with another tool.',
  },
  'limit-exceeded': {
    raised:
      'an archive is larger than Varve is willing to follow in some way: entries, size or nesting of documents, ' +
      'expansion of a compressed body, and others. A chain of links that is longer than `linkHops` is one, too. The ' +
      'message names the limit, its value and what was found, and says where it may be set higher; ' +
      '[README.md](../README.md#limits) has them all.',
    advice:
      'no archive of a usual tool comes near these limits. Treat one that does as hostile until you know better. ' +
      'Where you know, `--max NAME=VALUE` sets the limit for a run, as in `--max entries=1000000`; for the library, the ' +
      'option `limits` does.',
  },
  'path-escape': {
    raised:
      'the name of an entry climbs with `..`, or a link leads to an absolute path or above the root of the archive; ' +
      'also where only Windows reads it so, as `..\\x` or `C:\\x`. ' +
      'Varve writes no file and follows no such link; a tool that unpacks the archive might. An absolute name of an ' +
      'entry (`/manifest.json`) is no fault: some writers make them, and all readers drop the slash.',
    advice: 'do not unpack or load the archive before you know where it comes from.',
  },
  'entry-ambiguous': {
    raised:
      'a name occurs more than once in the tar and type, size, link target or content differ: skopeo and crane take ' +
      'the first, docker and containerd the last. Or the way to an entry is not the same to all: something above it ' +
      'is a link or a file and no folder, a link leads over another link, a hard link leads to a symlink, or a file ' +
      'has the name of a folder, with a slash at its end. Tools that unpack (docker load; podman and skopeo an OCI ' +
      'archive) then open another file than tools that look for names in the tar. So one file is two images. Of two ' +
      'entries Varve reads the last one and judges both; over links it goes as a disk does.',
    advice: 'do not use the archive. No writer makes such archives by mistake; find out who changed it.',
  },
  'readers-disagree': {
    raised:
      'the headers of a tar, the archive itself or one inside a layer, mean other names, types, sizes or targets to one ' +
      'wide-spread reader than to another. Varve reads as Go’s archive/tar does, which docker, containerd, podman, ' +
      'skopeo and crane use; the message has both readings and who has them, and there is one finding for each kind of ' +
      'difference in each tar. Which readers were compared, in which versions, is in ' +
      '[SECURITY.md](../SECURITY.md#what-is-guaranteed). Also raised when a document of JSON has a key in other case than the format (Go finds ' +
      'it, readers of exact keys do not; in `manifest.json` that is the hint `key-case`), a key that only readers with ' +
      'more of Unicode take for one of the format, half a surrogate pair or bytes that are no UTF-8 (Go reads U+FFFD), ' +
      'a text where docker takes a list, or something behind its first value (docker and containerd leave it, others ' +
      'refuse the file); or the file is ' +
      'compressed and, as its bytes stand, a tar as well.',
    advice:
      'do not use the archive before you know who wrote it. Writers in use make no such bytes; whoever wants to show ' +
      'one image to a scanner and another to a loader does.',
  },
  'document-missing': {
    raised:
      'blobs or layers show which format it is, but `manifest.json` or `index.json` is not there, is cut off, or is ' +
      'no file; or a v1 layer is there without its `json`.',
    advice: 'if the archive is also truncated, that is the reason. Otherwise make it again.',
  },
  'document-invalid': {
    raised:
      'a document cannot be parsed, a field has another type than in the structs that loaders decode it into (a ' +
      'number for a text, `414.0` for an integer, a time that is none), a digest is malformed (upper case, wrong ' +
      'length), more keys are repeated than any writer repeats, or a document is an image index and an image manifest ' +
      'at once. Go refuses a whole document for one value of another type, and so does Varve.',
    advice:
      'make the archive again with a current version of the tool. If it was changed by hand, compare it with the ' +
      'original.',
  },
  'key-ambiguous': {
    raised:
      'a key that loaders read stands in one object more than once, in one spelling or in several that Go takes for ' +
      'one, and the values differ. Go merges objects and lists and takes the last of all else; Python, JavaScript and ' +
      'jq take the last of one spelling alone; others the first. Varve reads as Go does; the message has both readings.',
    advice:
      'do not use the archive before you know who wrote it. No writer makes such documents by mistake; whoever wants ' +
      'to show one image to a scanner and another to a loader does.',
  },
  'layout-version-unknown': {
    raised:
      '`imageLayoutVersion` in the file `oci-layout` is not `1.0.0`, the only version that there is, or is empty. ' +
      'containerd refuses the archive, and docker with it, or reads another document of it; podman and skopeo do not ' +
      'look at the version.',
    advice: 'make the archive again. No writer in use writes another version.',
  },
  'digest-mismatch': {
    raised:
      'a file `blobs/<algorithm>/<hex>` or the target of a descriptor has another digest, or when the data inside a ' +
      'descriptor does. Blobs that no image needs are checked as well.',
    advice: 'the bytes were damaged or changed. Get the archive again, from a source that you trust.',
  },
  'config-name-mismatch': {
    raised:
      'the config of a save archive is named `<hex>.json` or `sha256:<hex>` and its bytes have another digest. The ' +
      'digest of the config is the image ID: this image is not the one that its name says.',
    advice: 'treat the image as changed. Many tools load it without a word.',
  },
  'size-mismatch': {
    raised:
      'the size in a descriptor is not that of the blob. If the digest fits, only the number is wrong: docker ' +
      '25.0.0 wrote such archives.',
    advice:
      'with a digest mismatch beside it, see there. Alone: make the archive again; clients that check sizes refuse ' +
      'it.',
  },
  'diffid-mismatch': {
    raised: 'a layer, after decompression, is not the one that the image was built with.',
    advice: 'the layer was damaged or changed. Get the archive again.',
  },
  'media-type-mismatch': {
    raised:
      'an index calls a manifest an index or the other way round, or when the type in a document is not the one in ' +
      'its descriptor.',
    advice:
      'make the archive again. Tools that go by the descriptor read another thing than those that go by the ' +
      'document.',
  },
  'names-differ': {
    raised:
      'the annotations `io.containerd.image.name` and `org.opencontainers.image.ref.name` of one descriptor in ' +
      '`index.json` are both full names, of different images. containerd, docker and podman take the first, skopeo the ' +
      'second. A tag alone beside a full name, as docker writes it, is no fault. Rules about names judge both.',
    advice: 'do not load the archive before you know which name it should have. Save it again under that one.',
  },
  'layer-count-mismatch': {
    raised:
      'a manifest or save record lists more or fewer layers than the config names, a config without `rootfs` ' +
      'included. docker refuses such an image.',
    advice: 'make the archive again.',
  },
  'layer-undecodable': {
    raised:
      'the compressed data of a layer is damaged or stops early. Its diffID cannot be known then. A legal variant that is ' +
      'not decoded here is no damage: it is *not checked* ([formats.md](formats.md#layers)). Of a zstd frame that takes ' +
      'what stands before its start, as with a dictionary without an ID, that cannot be told unless its stored digest ' +
      'is right.',
    advice: 'get the archive again. If the stored digest fits, the layer was broken before it was saved.',
  },
  'layer-not-tar': {
    raised:
      'a header inside the layer is damaged, or the tar ends inside a file. The message has the place in the ' +
      'uncompressed layer.',
    advice: 'get the archive again. If digest and diffID fit, the layer was broken when it was built.',
  },
  'blob-missing': {
    raised:
      'a manifest, config or layer is absent, leads nowhere as a link, or is cut off. See also the hints ' +
      '[`platform-absent`](#platform-absent), [`layer-foreign-absent`](#layer-foreign-absent) and ' +
      '[`blob-in-base`](#blob-in-base), for what may be absent by design.',
    advice:
      'the image cannot be loaded from this archive. Save it again; from a registry with `skopeo copy --all`, if ' +
      'all platforms are meant to be there.',
  },
  'parent-loop': {
    raised: 'following `parent` in a v1 archive comes back to a layer that was seen.',
    advice: 'do not use the archive. No writer makes such a circle.',
  },
  'expectation-failed': {
    raised:
      '`--expect REF=DIGEST` names a tag that no input has, or one whose image has neither that ID nor that ' +
      'manifest or index digest. Only digests that were computed from bytes count. Where no archive has the tag, ' +
      'the first one carries the finding.',
    advice:
      'this is not the image that you meant, or not all of the inputs were given. An archive that was changed and ' +
      'digested anew throughout is found by this alone.',
  },
} as const satisfies Readonly<Record<string, Advice>>;
