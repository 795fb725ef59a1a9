"""The picture on a recording: the article's own, else the cover of its issue."""

import io

from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from articles.models import Article, Picture

SIDE = 600


def cover_of(article: Article) -> bytes:
    """Return a square JPEG for ``article`` (lead picture, issue and its cover are read); nothing without one.

    Made from our own renditions, which hold pixels only.
    """
    issue = article.issue
    picture = article.lead_picture or (issue.cover if issue else None)
    return _square(picture) if picture else b""


def _square(picture: Picture) -> bytes:
    jpegs = [one for one in picture.renditions if one["mime"] == "image/jpeg"]
    if not jpegs:
        return b""
    large_enough = [one for one in jpegs if min(one["width"], one["height"]) >= SIDE]
    chosen = min(large_enough or jpegs, key=lambda one: abs(one["width"] - SIDE))
    try:
        with default_storage.open(chosen["name"]) as file, Image.open(file) as pixels:
            centre = (picture.focal_x / 100, picture.focal_y / 100)
            square = ImageOps.fit(pixels.convert("RGB"), (SIDE, SIDE), centering=centre)
    except OSError:
        # A recording without a picture is better than none.
        return b""
    with io.BytesIO() as out:
        square.save(out, "JPEG", quality=80)
        return out.getvalue()
