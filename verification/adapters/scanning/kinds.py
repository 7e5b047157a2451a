"""What a file is by its own bytes, whatever its name says: so that it is told what to send instead.

Signatures: ISO/IEC 14496-12 and 23008-12 (`ftyp` brands), PKWARE's APPNOTE (zip), and the first
bytes that each program's files have.
"""

_HEAD = 4096  # bytes that are looked at
_HEIC = {
    "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "mif2", "msf1", "miaf",
    "MiHE", "MiHB",
}  # fmt: skip
_AVIF = {"avif", "avis", "avio"}
_SOUND = {"M4A ", "M4B ", "M4P ", "F4A ", "F4B "}
_OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_FILM_PACKET = 188  # bytes of a packet of an MPEG stream, which begins with G

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\x0a", "jxl"),
    (b"\0\0\0\x0cJXL ", "jxl"),
    (b"II*\0\x10\0\0\0CR", "raw"),
    (b"FUJIFILMCCD-RAW", "raw"),
    (b"IIRO", "raw"),
    (b"IIRS", "raw"),
    (b"MMOR", "raw"),
    (b"IIU\0", "raw"),
    (b"FOVb", "raw"),
    (b"\0MRM", "raw"),
    (b"\x1a\x45\xdf\xa3", "video"),
    (b"FLV\x01", "video"),
    (b"\0\0\x01\xba", "video"),
    (b"\0\0\x01\xb3", "video"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video"),
    (b"OggS", "sound"),
    (b"ID3", "sound"),
    (b"fLaC", "sound"),
    (b"#!AMR", "sound"),
    (b"\xff\xfb", "sound"),
    (b"\xff\xf3", "sound"),
    (b"\xff\xf1", "sound"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "office"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"8BPS", "drawing"),
    (b"%!PS", "drawing"),
    (b"\xc5\xd0\xd3\xc6", "drawing"),
    (b"\xd7\xcd\xc6\x9a", "drawing"),
    (b"gimp xcf", "drawing"),
    (b"\x7fELF", "program"),
)
_PICTURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
)
_RIFF = {b"WEBP": "", b"AVI ": "video", b"WAVE": "sound", b"ACON": "drawing"}
_OFFICE = (
    b"[Content_Types].xml", b"word/document", b"xl/workbook", b"vnd.oasis.opendocument",
    b"Index/Document.iwa",
)  # fmt: skip
_DNG = (b"\x12\xc6\x01\0\x04\0\0\0", b"\xc6\x12\0\x01\0\0\0\x04")  # tag DNGVersion, four bytes


def kind_of(data: bytes) -> str:
    """Return what a file is that cannot be opened as a picture.

    Args:
        data: The file, or its beginning.

    Returns:
        A key of `texts.toml`; `unknown` where the bytes say nothing.
    """
    if not data:
        return "empty"
    head = data[:_HEAD]
    if not head.strip(b"\0"):
        return "zeros"
    start = next((kind for sign, kind in _STARTS if head.startswith(sign)), None)
    return (
        start
        or _in_boxes(head)
        or _in_riff(head)
        or _zipped(data)
        or _filmed(head)
        or (is_raw(data) and "raw")
        or _written(head)
        or ("program" if head.startswith(b"MZ") else "unknown")
    )


def picture_name(data: bytes) -> str | None:
    """Return the name of the picture format whose first bytes a file has."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data.startswith(b"BM"):
        return "BMP" if not any(data[6:10]) else None
    return next((name for sign, name in _PICTURES if data.startswith(sign)), None)


def is_raw(data: bytes) -> bool:
    """Tell whether it is a camera's raw picture in the coat of a TIFF (DNG)."""
    return data[:4] in {b"II*\0", b"MM\0*"} and any(tag in data[:_HEAD] for tag in _DNG)


def _in_boxes(head: bytes) -> str | None:
    """Tell HEIC, AVIF, raw, sound and video by the brands of the first box."""
    if head[4:8] in _OLD_QUICKTIME:
        return "video"
    if head[4:8] != b"ftyp":
        return None
    length = min(max(int.from_bytes(head[:4], "big"), 12), len(head))
    said = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    brands = [brand.decode("latin-1") for brand in said]
    first, known = brands[0], set(brands)
    if first in _AVIF or (first in _HEIC and known & _AVIF):
        return "avif"
    if first in _HEIC:
        return "heic"
    if first == "crx ":
        return "raw"
    return "sound" if first in _SOUND else "video"


def _in_riff(head: bytes) -> str | None:
    return (_RIFF.get(head[8:12]) or None) if head[:4] == b"RIFF" else None


def _zipped(data: bytes) -> str | None:
    if data[:4] not in {b"PK\x03\x04", b"PK\x05\x06"}:
        return None
    return "office" if any(name in data for name in _OFFICE) else "archive"


def _filmed(head: bytes) -> str | None:
    packets = head[::_FILM_PACKET][:3]
    return "video" if packets == b"GGG" else None


def _written(head: bytes) -> str | None:
    """Tell drawings, pages and plain text among what is made of letters."""
    text = _letters(head)
    if text is None:
        return None
    begun = text.lstrip("\ufeff \t\r\n").lower()
    if "<svg" in begun and begun.startswith(("<svg", "<?xml", "<!--", "<!doctype svg")):
        return "svg"
    if begun.startswith(("<!doctype html", "<html")) or "<html" in begun[:400]:
        return "page"
    return "text"


def _letters(head: bytes) -> str | None:
    """Return the text of a file's beginning, or None where it is none."""
    wide = head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if not wide and b"\0" in head:
        return None
    text = head.decode("utf-16" if wide else "utf-8", "ignore")
    plain = sum(letter.isprintable() or letter in "\t\r\n\f\ufeff" for letter in text)
    if plain < len(text) or len(text.encode("utf-16-le" if wide else "utf-8")) < 0.9 * len(head):
        return None
    return text
