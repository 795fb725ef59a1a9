"""The container of an EPUB: a ZIP file that depends on its contents and on nothing else."""

import struct
from binascii import crc32
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

# The clock and the machine stay out: the first day that a ZIP file can name, and plain readable files.
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
FIRST_DAY_AS_WRITTEN = (1 << 5) | 1
PLAIN_FILE = 0o100644 << 16
# What is compressed already gains nothing.
PRESSED = (".jpg", ".woff2")

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


class Archive:
    """A ZIP file being written. The same entries in the same order give the same bytes."""

    def __init__(self) -> None:
        self._target = BytesIO()
        self._zip = ZipFile(self._target, "w")

    def add(self, name: str, content: bytes | str, *, stored: bool = False) -> None:
        """Append an entry; with ``stored`` it is not compressed."""
        entry = ZipInfo(name, FIRST_DAY)
        # Otherwise the entry tells on which system it was made.
        entry.create_system = 3
        entry.external_attr = PLAIN_FILE
        entry.compress_type = ZIP_STORED if stored or name.endswith(PRESSED) else ZIP_DEFLATED
        self._zip.writestr(entry, content, compresslevel=9)

    def finish(self) -> bytes:
        """Return the whole file; nothing can be added afterwards."""
        self._zip.close()
        return self._target.getvalue()


def last_replaced(archive: bytes, name: str, rewrite: Callable[[bytes], bytes]) -> bytes:
    """Return ``archive`` with its last entry, which is ``name`` and stored, given through ``rewrite``.

    Everything before that entry is copied as it is. Raises ``ValueError`` when ``archive`` was not made by
    ``Archive`` with such an end.
    """
    written = name.encode("ascii")
    refusal = ValueError(f"The archive does not end with {name}, stored as it is.")
    if len(archive) < _END.size:
        raise refusal
    signature, *_, count, size, directory_at, _comment = _END.unpack_from(archive, len(archive) - _END.size)
    row_at = directory_at + size - _CENTRAL.size - len(written)
    if signature != b"PK\5\6" or row_at < 0 or not archive.startswith(written, row_at + _CENTRAL.size):
        raise refusal
    row = _CENTRAL.unpack_from(archive, row_at)
    if row[0] != b"PK\1\2" or row[4] != ZIP_STORED:
        raise refusal
    entry_at = row[-1]
    content = rewrite(archive[entry_at + _LOCAL.size + len(written) : directory_at])

    size = len(content)
    told = (20, 0, ZIP_STORED, 0, FIRST_DAY_AS_WRITTEN, crc32(content), size, size, len(written), 0)
    entry = _LOCAL.pack(b"PK\3\4", *told) + written + content
    new_row = _CENTRAL.pack(b"PK\1\2", row[1], *told, 0, 0, 0, PLAIN_FILE, entry_at) + written
    directory = archive[directory_at:row_at] + new_row
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), entry_at + len(entry), 0)
    return b"".join([memoryview(archive)[:entry_at], entry, directory, end])
