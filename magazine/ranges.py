"""Files in parts: ``Range``, ``If-Range`` and ``HEAD`` as RFC 9110 has them, one part to an answer."""

import re
from collections.abc import Iterator
from io import BytesIO

from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

ONE_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
CHUNK = 64 * 1024


class UnsatisfiableError(ValueError):
    """The part that is asked for lies beyond the end."""


def part_of(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte that ``header`` asks for of ``size`` bytes; nothing for all of them.

    What is malformed, or asks for several parts, is as good as not asked. Raises ``UnsatisfiableError``.
    """
    asked = ONE_RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        if int(last) == 0 or size == 0:
            raise UnsatisfiableError
        return max(size - int(last), 0), size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise UnsatisfiableError
    return int(first), min(int(last or size), size - 1)


def answer(request: HttpRequest, data: bytes, *, etag: str, media_type: str) -> HttpResponseBase:
    """Answer ``request`` with ``data``, or with the part of it that is asked for.

    ``etag`` names exactly these bytes. The question who may have them has been asked by then.
    """
    return answer_file(request, File(BytesIO(data)), etag=etag, media_type=media_type)


def answer_file(request: HttpRequest, file: File, *, etag: str, media_type: str) -> HttpResponseBase:
    """Answer ``request`` with the open ``file``, or with the part of it that is asked for.

    No more of it is in memory than ``CHUNK`` bytes. It is closed when the answer is sent.
    """
    response = _answered(request, file, f'"{etag}"', media_type)
    if not response.streaming:
        file.close()
    response.headers["ETag"] = f'"{etag}"'
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _answered(request: HttpRequest, file: File, quoted: str, media_type: str) -> HttpResponseBase:
    size = file.size
    first, last, status = 0, size - 1, 200
    if quoted in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304)
    wants_part = request.method == "GET" and request.headers.get("If-Range", quoted) == quoted
    if wants_part:
        try:
            part = part_of(request.headers.get("Range", ""), size)
        except UnsatisfiableError:
            refusal = HttpResponse(status=416)
            refusal.headers["Content-Range"] = f"bytes */{size}"
            return refusal
        if part is not None:
            (first, last), status = part, 206
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=status, content_type=media_type)
    else:
        part_sent = Part(file, first, last + 1 - first)
        response = StreamingHttpResponse(part_sent, status=status, content_type=media_type)
    response.headers["Content-Length"] = str(last + 1 - first)
    if status == 206:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


class Part:
    """``length`` bytes of ``file`` from ``first`` on, in chunks. Whoever sends it closes it, sent or not."""

    def __init__(self, file: File, first: int, length: int) -> None:
        self.file, self.left = file, length
        file.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = self.file.read(min(CHUNK, self.left))
        if not chunk:
            raise StopIteration
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self.file.close()
