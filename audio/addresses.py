"""The addresses of recordings, as they are heard in the browser."""

from pathlib import PurePosixPath

from django.conf import settings
from django.urls import reverse

from articles.models import Article
from audio.models import Narration

# In the order in which a browser is offered them.
MEDIA_TYPES = {"opus": "audio/ogg; codecs=opus", "mp3": "audio/mpeg"}


def extensions_of(narration: Narration) -> list[str]:
    """Return the kinds of file that there are of ``narration``."""
    return [extension for extension in MEDIA_TYPES if stored_name(narration, extension)]


def stored_name(narration: Narration, extension: str) -> str:
    """Return what the file is called in private storage; nothing when there is none."""
    return {"opus": narration.opus, "mp3": narration.mp3}[extension]


def content_hash(stored: str) -> str:
    """Return by what the bytes of the file called ``stored`` are known."""
    return PurePosixPath(stored).stem


def file_address(narration: Narration, extension: str) -> str:
    """Return where ``narration`` is heard by whoever may hear it: ``extension`` is mp3 or opus."""
    return reverse("audio:file", args=[narration.key, extension])


def absolute(path: str) -> str:
    """Return ``path`` with the name of the site before it."""
    return f"{settings.SITE_URL}{path}"


def files_with(article: Article) -> list[str]:
    """Return where the words of ``article`` may be heard."""
    narration = Narration.objects.filter(article=article.pk).first()
    if narration is None:
        return []
    return [file_address(narration, extension) for extension in MEDIA_TYPES]


def words_with(article: Article, url_name: str) -> list[str]:
    """Return where the words of ``article`` are told beside its recording: its transcript, its chapters."""
    key = Narration.objects.filter(article=article.pk).values_list("key", flat=True).first()
    return [reverse(url_name, args=[key])] if key else []
