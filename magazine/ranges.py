"""Files in parts: ``Range``, ``If-Range`` and ``HEAD`` as RFC 9110 has them, one part to an answer."""

import re
from collections.abc import Iterator

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
    quoted = f'"{etag}"'
    first, last, status = 0, len(data) - 1, 200
    if quoted in request.headers.get("If-None-Match", ""):
        return _labelled(HttpResponse(status=304), quoted)
    wants_part = request.method == "GET" and request.headers.get("If-Range", quoted) == quoted
    if wants_part:
        try:
            part = part_of(request.headers.get("Range", ""), len(data))
        except UnsatisfiableError:
            refusal = HttpResponse(status=416)
            refusal.headers["Content-Range"] = f"bytes */{len(data)}"
            return _labelled(refusal, quoted)
        if part is not None:
            (first, last), status = part, 206
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=status, content_type=media_type)
    else:
        chunks = _chunks(memoryview(data)[first : last + 1])
        response = StreamingHttpResponse(chunks, status=status, content_type=media_type)
    response.headers["Content-Length"] = str(last + 1 - first)
    if status == 206:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return _labelled(response, quoted)


def _labelled(response: HttpResponseBase, quoted: str) -> HttpResponseBase:
    response.headers["ETag"] = quoted
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _chunks(data: memoryview) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield bytes(data[start : start + CHUNK])
