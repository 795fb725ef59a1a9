"""Every word of an answer, whatever it is: a page, a feed, an EPUB, a PDF."""

import zipfile
from io import BytesIO

import pypdfium2


def bytes_of(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def words_of(response) -> str:
    """The text of ``response``; of a file, all that can be read out of it."""
    data = bytes_of(response)
    return read_out(data)


def read_out(data: bytes) -> str:
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    if data.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(data) as pdf:
            return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    # A recording says none that can be read; the name and the chapters in its tags would be seen.
    return data.decode(errors="replace")
