"""Serves the pictures of the library, and nothing else that the storage holds."""

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

# Names come from the pixels, so a file never changes under its name.
FOREVER = "public, max-age=31536000, immutable"
TYPES = {"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}
PICTURE = re.compile(r"pictures/[0-9a-f]{2}/[0-9a-f]{32}/[0-9]{1,5}[a-z]\.(jpg|webp|avif)")


@require_safe
def picture_file(request: HttpRequest, name: str) -> FileResponse:
    """Answer with a rendition; 404 for every name that ``articles.renditions`` would not give.

    Needs no session and reads no row: what lies under ``pictures/`` was made to be public.
    """
    spelling = PICTURE.fullmatch(name)
    if spelling is None:
        raise Http404
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type=TYPES[spelling[1]])
    response.headers["Cache-Control"] = FOREVER
    return response
