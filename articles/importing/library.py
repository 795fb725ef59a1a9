"""The pictures of the old site that are here by now, and the old site as a body sees it."""

from pathlib import Path

from articles import uploads
from articles.importing import bodies, oldsite, pictures
from articles.importing.memory import Kind, Memory
from articles.importing.oldsite import OldSite
from articles.importing.report import Action
from articles.models import Imported, Picture


class Library:
    """The pictures of the old site that are here by now."""

    def __init__(self, memory: Memory, site: OldSite, media: Path | None, *, is_rehearsal: bool) -> None:
        self.memory = memory
        self.media = media
        self.is_rehearsal = is_rehearsal
        self.site = site
        self.taken: dict[str, Picture] = {}
        self.refused: dict[str, str] = {}
        self.actions: dict[str, Action] = {}
        self.looked_for: dict[str, Picture | None] = {}

    def attached(self, attachment: oldsite.Attachment) -> None:
        """Take in the picture of ``attachment`` if its file was given, or find the one taken before."""
        key = attachment.key
        try:
            picture, action = self._take(key, attachment.address, attachment)
        except uploads.RefusedUpload as refusal:
            self.refused[key] = refusal.messages[0]
            return
        if picture is not None:
            self.taken[key], self.actions[key] = picture, action

    def loose(self, address: str) -> Picture | None:
        """Return the picture at ``address`` that no attachment speaks of, if its file was given."""
        place = oldsite.picture_path(address)
        if place not in self.looked_for:
            try:
                self.looked_for[place] = self._take(place[:200], address, None)[0]
            except uploads.RefusedUpload:
                self.looked_for[place] = None
        return self.looked_for[place]

    def _take(
        self, key: str, address: str, words: oldsite.Attachment | None
    ) -> tuple[Picture | None, Action]:
        known = self.memory.find(Kind.PICTURE, key)
        if known is not None:
            return known, Action.AS_BEFORE
        media = self.media
        path = pictures.find(media, address) if media and address else None
        if path is None:
            if words is not None:
                # Remembered by its address, so that a later import with the files completes it.
                Imported.objects.get_or_create(
                    source=self.memory.source,
                    kind=Kind.PICTURE,
                    key=key,
                    defaults={"address": address[:2_000]},
                )
            return None, Action.NOTHING
        picture = pictures.take(
            path,
            title=words.title if words else "",
            alt=words.alt if words else "",
            caption=words.caption if words else "",
            is_rehearsal=self.is_rehearsal,
        )

        def remember(row: Imported) -> Picture:
            row.address = address[:2_000]
            return picture

        return self.memory.give(Kind.PICTURE, key, remember), Action.NEW


class View:
    """The old site as a body sees it: ``bodies.OldSite``."""

    def __init__(self, site: OldSite, memory: Memory, library: Library) -> None:
        self.site = site
        self.memory = memory
        self.library = library

    def article_at(self, address: str) -> int | None:
        key = self.site.key_at(address)
        return self.memory.article_id(key) if key else None

    def absolute(self, address: str) -> str:
        return self.site.absolute(address)

    def picture(self, address: str, key: str) -> bodies.Shown:
        attachment = self.site.attachment_at(address, key)
        if attachment is not None:
            return self._shown(attachment)
        loose = self.library.loose(address)
        return bodies.Shown(loose.pk if loose else None, address)

    def attachment(self, key: str) -> bodies.Shown | None:
        attachment = self.site.attachments.get(key)
        return self._shown(attachment) if attachment and attachment.is_picture else None

    def gallery_of(self, key: str) -> list[str]:
        return self.site.galleries.get(key, [])

    def _shown(self, attachment: oldsite.Attachment) -> bodies.Shown:
        picture = self.library.taken.get(attachment.key)
        words = attachment.alt or attachment.title
        return bodies.Shown(picture.pk if picture else None, attachment.address, words, attachment.caption)
