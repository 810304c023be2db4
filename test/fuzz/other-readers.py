"""What other readers of tars see where Go's archive/tar reads to the end: which of them see other entries.

Standard input: one line of JSON for each tar, {"tar": base64, "entries": what Go reads, or null where it stops with an error}.
Standard output: for each a line with a letter for each reader whose entries are others: g GNU tar, l libarchive (bsdtar),
p Python's tarfile, b BusyBox. A reader that stops with an error is held to the entries before it. Names are compared without
"./", "/" at the start and at the end; of BusyBox, which shows no bytes beyond ASCII and takes folders of type NUL for files,
what it can show. test/fuzz/go-tars.ts runs it; no test needs it.
"""
import base64, ctypes, hashlib, io, json, re, subprocess, sys, tarfile

KINDS = {b"0": "f", b"7": "f", b"S": "f", b"1": "h", b"2": "l", b"5": "d", b"3": "c", b"4": "b", b"6": "p"}
FILE_TYPES = {0o100000: "f", 0o120000: "l", 0o40000: "d", 0o20000: "c", 0o60000: "b", 0o10000: "p", 0: "h"}
LISTED = {"-": "f", "C": "f", "h": "h", "l": "l", "d": "d", "c": "c", "b": "b", "p": "p"}
LABEL = "label"


def plain(name):
    return b"/".join(part for part in name.split(b"/") if part not in (b"", b"."))


def entry(name, kind, link=b"", body=b""):
    digest = hashlib.sha256(body).hexdigest()[:8] if kind == "f" else ""
    return (plain(name), kind, plain(link) if kind in "hl" else b"", len(body) if kind == "f" else 0, digest)


def from_go(seen):
    kind = KINDS.get(bytes.fromhex(seen["type"]), LABEL)
    link = plain(bytes.fromhex(seen["link"])) if kind in "hl" else b""
    size, body = (seen["size"], seen["body"]) if kind == "f" else (0, "")
    return (plain(bytes.fromhex(seen["name"])), kind, link, size, body)


def load_libarchive():
    library = ctypes.CDLL("libarchive.so.13")
    for name in ("archive_entry_pathname", "archive_entry_hardlink", "archive_entry_symlink"):
        getattr(library, name).restype = ctypes.c_char_p
    library.archive_read_new.restype = ctypes.c_void_p
    library.archive_entry_filetype.restype = ctypes.c_uint
    library.archive_read_data.restype = ctypes.c_ssize_t
    return library


def by_libarchive(data, library=load_libarchive()):
    archive = ctypes.c_void_p(library.archive_read_new())
    library.archive_read_support_format_tar(archive)
    entries, header, piece = [], ctypes.c_void_p(), ctypes.create_string_buffer(65536)
    failed = library.archive_read_open_memory(archive, data, ctypes.c_size_t(len(data))) != 0
    while not failed:
        status = library.archive_read_next_header(archive, ctypes.byref(header))
        failed = status < -20
        if status == 1 or failed:
            break
        hard, soft = library.archive_entry_hardlink(header), library.archive_entry_symlink(header)
        kind = "h" if hard is not None else FILE_TYPES.get(library.archive_entry_filetype(header), "?")
        body = b""
        while (count := library.archive_read_data(archive, piece, 65536)) > 0:
            body += piece.raw[:count]
        failed = count < 0
        if not failed:
            entries.append(entry(library.archive_entry_pathname(header) or b"", kind, hard or soft or b"", body))
    library.archive_read_free(archive)
    return entries, failed


def text_bytes(text):
    try:
        return text.encode("latin1")
    except UnicodeEncodeError:
        return text.encode("utf8", "surrogateescape")


def by_python(data):
    entries = []
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="latin1") as archive:
            for member in archive:
                kind = {"0": "f", "\0": "f", "7": "f", "S": "f"}.get(member.type.decode("latin1"))
                kind = kind or KINDS.get(member.type, "f" if member.isreg() else "?")
                body = archive.extractfile(member).read() if kind == "f" else b""
                entries.append(entry(text_bytes(member.name), kind, text_bytes(member.linkname), body))
        return entries, False
    except (tarfile.TarError, ValueError, OverflowError):
        return entries, True


def unescaped(text):
    return re.sub(rb"\\([0-7]{3}|.)", lambda found: bytes([int(found[1], 8)]) if len(found[1]) == 3 else found[1], text)


def listed(command, data, clean):
    done = subprocess.run(command, input=data, capture_output=True, env={"TZ": "UTC", "LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    entries = []
    for line in filter(None, done.stdout.split(b"\n")):
        fields = line.split(None, 5)
        kind = LISTED.get(chr(fields[0][0]), LABEL)
        name, link = fields[5] if len(fields) > 5 else b"", b""
        for mark in (b" -> ", b" link to "):
            if mark in name:
                name, link = name.split(mark, 1)
        size = int(fields[2]) if kind == "f" and fields[2].isdigit() else 0
        entries.append((plain(clean(name)), kind, plain(clean(link)) if kind in "hl" else b"", size))
    return entries, done.returncode != 0


def by_gnu(data):
    command = ["tar", "-tvPf", "-", "--numeric-owner", "--full-time", "--quoting-style=escape"]
    return listed(command, data, unescaped)


def by_busybox(data):
    return listed(["busybox", "tar", "-tvf", "-"], data, lambda text: text)


def for_busybox(seen):
    kind = "f" if seen[1] in "hd" else seen[1]
    return (re.sub(rb"[^ -~]", b"?", seen[0]), kind, seen[2] if kind == "l" else b"", seen[3])


def differs(go, reading, form):
    entries, failed = reading
    # The label of a volume is an entry by name only, which readers show, or leave out, or take for an empty file.
    expected = [form(seen) for seen in go if seen[1] != LABEL]
    labels = {seen[0] for seen in go if seen[1] == LABEL}
    actual = [form(seen) for seen in entries if not (seen[0] in labels and seen[3] == 0) and seen[1] != LABEL]
    expected = [seen for seen in expected if not (seen[0] in labels and seen[3] == 0)]
    return actual != (expected[: len(actual)] if failed else expected)


def letters(go, data):
    whole = lambda seen: seen
    found = "g" if differs(go, by_gnu(data), lambda seen: seen[:4]) else ""
    found += "l" if differs(go, by_libarchive(data), whole) else ""
    found += "p" if differs(go, by_python(data), whole) else ""
    return found + ("b" if differs(go, by_busybox(data), for_busybox) else "")


for line in sys.stdin:
    case = json.loads(line)
    go = case["entries"]
    print("" if go is None else letters([from_go(seen) for seen in go], base64.b64decode(case["tar"])), flush=True)
