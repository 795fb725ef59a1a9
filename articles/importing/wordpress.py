"""Bringing a WordPress site over: sections, authors, tags, series, pictures, articles, and their links.

The file is read three times. First it is surveyed; then every article is given its place here, an empty
draft with its address, so that links can point to pieces that come later; last each one is filled,
given the state it had, and never anything more public than that. One item is one transaction, and
``Imported`` remembers each, so that an import may be stopped, repeated, or run twice at once.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from taggit.models import Tag

from articles import revisions, sanitising
from articles.importing import bodies, oldsite, rows, wxr
from articles.importing.library import Library, View
from articles.importing.memory import Kind, Memory
from articles.importing.oldsite import ARTICLE_TYPES, OldSite
from articles.importing.planning import Planned, is_nothing, plan
from articles.importing.report import Action, Notes, Outcome, Report
from articles.importing.words import plain, shorten, unique_slug
from articles.models import Article, Author, Byline, Imported, Picture, Section, Series
from articles.models.section import departments

Status = Article.Status

VERSION = 1
"""Raised when the same file would be converted differently, so that unchanged articles follow."""

PAGES = "Pages"
REST = "Miscellany"
_TAG = 100
# What WordPress stores for itself, or what is read elsewhere.
_UNDERSTOOD = frozenset(
    {
        "_thumbnail_id",
        "_wp_attachment_image_alt",
        "_wp_old_slug",
        "_wp_attached_file",
        "_wp_attachment_metadata",
    }
)
_LINK = re.compile(r"<a [^<>]*\b(?:href|data-article)=")
_WHY_REFUSED = {
    "nav_menu_item": "a menu item: the magazine's navigation is made of its sections",
    "revision": "an earlier state of a post, kept by the old site",
    "custom_css": "styles of the old site's theme",
    "wp_block": "a reusable block of the old editor",
    "wp_global_styles": "settings of the old site's theme",
    "wp_template": "a template of the old site's theme",
    "wp_template_part": "a template of the old site's theme",
    "wp_navigation": "a menu: the magazine's navigation is made of its sections",
}


class Progress(Protocol):
    """Shows how far the import has come."""

    def begin(self, stage: str, total: int) -> None:
        """Start a stage of ``total`` steps."""

    def step(self) -> None:
        """One step is done."""


class _Rehearsed(Exception):
    """Ends a rehearsal, so that the database forgets it."""


@dataclass(frozen=True)
class Options:
    """How to import.

    ``media`` is a folder with the old site's files. ``sections`` names the section for a category, by
    the category's slug or name in small letters; ``*`` is any other. ``overwrite`` gives articles that
    were changed or deleted here the state of the file again.
    """

    media: Path | None = None
    sections: dict[str, str] = field(default_factory=dict)
    overwrite: bool = False
    is_rehearsal: bool = False


def import_export(path: Path, options: Options, progress: Progress) -> Report:
    """Bring over what the export at ``path`` holds and return what became of each thing.

    A rehearsal does everything in a transaction that is rolled back, and writes no file. Costs some
    100 ms for an article. Raises ``wxr.RefusedFile`` for a file that is no such export.
    """
    site = oldsite.survey(path)
    importing = _Import(path, site, options, progress)
    try:
        with transaction.atomic() if options.is_rehearsal else nullcontext():
            report = importing.run()
            if options.is_rehearsal:
                raise _Rehearsed
    except _Rehearsed:
        report = importing.report
        departments.forget()
    return report


class _Import:
    """One run over one file."""

    def __init__(self, path: Path, site: OldSite, options: Options, progress: Progress) -> None:
        self.path = path
        self.site = site
        self.options = options
        self.progress = progress
        self.report = Report()
        self.now = timezone.now()
        self.memory = Memory(site.source)
        self.sections: dict[str, Section] = {}
        self.became: dict[tuple[str, str], set[str]] = {}
        self.met: dict[tuple[str, str], wxr.Term] = {}
        self.used_authors: dict[str, Notes] = {}
        # The first spelling of a tag stands for all others.
        self.spellings: dict[str, str] = {}
        for name in Tag.objects.order_by("pk").values_list("name", flat=True):
            self.spellings.setdefault(name.lower(), name)
        self.library = Library(self.memory, site, options.media, is_rehearsal=options.is_rehearsal)

    def run(self) -> Report:
        self.progress.begin("Pictures", len(self.site.attachments))
        for attachment in self.site.attachments.values():
            if attachment.is_picture:
                self.library.attached(attachment)
            self.progress.step()
        self.progress.begin("Places", self.site.items)
        for item in self.items():
            if item.type in ARTICLE_TYPES:
                self.give_place(item)
            self.progress.step()
        self.progress.begin("Articles", self.site.items)
        for item, key in self.keyed_items():
            self.account_for(item, key)
            self.progress.step()
        self.account_for_the_rest()
        return self.report

    def items(self) -> Iterator[wxr.Item]:
        return (record for record in wxr.read(self.path) if isinstance(record, wxr.Item))

    def keyed_items(self) -> Iterator[tuple[wxr.Item, str]]:
        """Yield the items with their keys; the second item with one key has none."""
        seen: set[str] = set()
        for item in self.items():
            key = oldsite.item_key(item)
            yield item, "" if key in seen else key
            seen.add(key)

    # -- Places ---------------------------------------------------------------------------

    def give_place(self, item: wxr.Item) -> None:
        key = oldsite.item_key(item)
        if not key or is_nothing(item):
            return

        def make(imported: Imported) -> Article:
            section = self.section_for(item)
            planned = self._plan(item, key)
            imported.address = item.address[:2_000]
            imported.version, imported.fingerprint = 1, ""
            return Article.objects.create(
                headline=planned.headline,
                slug=unique_slug(planned.slug, rows.is_taken(Article)),
                section=section,
                audience=planned.audience,
                created_at=item.public_at or self.now,
            )

        self.memory.give(Kind.ARTICLE, key, make, again=self.options.overwrite)

    def section_for(self, item: wxr.Item) -> Section:
        """Return where ``item`` belongs.

        A mapping decides first. Else it is, of the post's categories, each counted as the root of its
        branch, the one that most public posts of the file are filed under.
        """
        if item.type == "page":
            return self.section("*page", PAGES)
        mapping = self.options.sections
        terms = list(self.site.categories(item))
        for term in terms:
            for one in (term, self.site.top(term)):
                for name in (self.site.term_key(one).lower(), one.name.lower()):
                    if name in mapping:
                        return self.section(f"*{mapping[name]}", mapping[name])
        if "*" in mapping:
            return self.section(f"*{mapping['*']}", mapping["*"])
        tops = [top for term in terms if self.site.standing[(top := self.site.top(term)).slug]]
        if not tops:
            return self.section("*rest", REST)
        most_used = max(tops, key=lambda top: self.site.standing[top.slug])
        return self.section(most_used.slug, most_used.name)

    def section(self, key: str, name: str) -> Section:
        if key not in self.sections:
            self.sections[key] = self.memory.give(Kind.SECTION, key[:200], lambda _row: rows.section(name))
        return self.sections[key]

    def _plan(self, item: wxr.Item, key: str) -> Planned:
        return plan(item, key, now=self.now, was_approved=self.memory.is_approved(key))

    # -- Filling --------------------------------------------------------------------------

    def account_for(self, item: wxr.Item, key: str) -> None:
        title = plain(item.title)
        kind = plain(item.type) or "item"
        self._account_for_comments(item)
        self._account_for_fields(item)
        if not key:
            why = (
                "it has neither an id nor an address" if not oldsite.item_key(item) else "its id came before"
            )
            self.report.add(kind, item.key, title, Outcome.REFUSED, reasons=[why], is_item=True)
        elif item.type == "attachment":
            self._account_for_attachment(key)
        elif item.type in ARTICLE_TYPES and is_nothing(item):
            why = "an empty draft that WordPress made by itself"
            self.report.add(kind, key, title, Outcome.REFUSED, reasons=[why], is_item=True)
        elif item.type in ARTICLE_TYPES:
            self.fill(item, key)
        else:
            why = _WHY_REFUSED.get(item.type, "neither a post nor a page: something a plugin or theme made")
            self.report.add(kind, key, title, Outcome.REFUSED, reasons=[why], is_item=True)

    def fill(self, item: wxr.Item, key: str) -> None:
        """Give the place of ``item`` its words and its state, unless somebody worked on it here."""
        planned = self._plan(item, key)
        notes = planned.notes
        body = self._body(item, key, planned)
        lead = self._lead_picture(item, notes)
        author = self._author(item, notes)
        series = self._series(item)
        imported = Imported.objects.get(source=self.site.source, kind=Kind.ARTICLE, key=key)
        article = None
        action = Action.KEPT
        if imported.article_id is not None:
            section_id = Article.objects.values_list("section_id", flat=True).get(pk=imported.article_id)
            planned.tags = self._tags(item, section_id, notes)
            wanted = {
                "headline": planned.headline,
                "standfirst": planned.standfirst,
                "body": body,
                "status": planned.status,
                "published_at": planned.published_at,
                "audience": planned.audience,
                "lead_picture_id": lead.pk if lead else None,
                "series_id": series.pk if series else None,
            }
            article, action = self._write(imported, wanted, author, planned.tags)
            if article.slug != item.slug:
                notes.add("Address changed", f"{item.slug or 'none'} → {article.slug}")
        self.report.add(
            item.type,
            key,
            planned.headline,
            notes=notes,
            action=action,
            reasons=[] if article else ["deleted here since"],
            outcome=None if article else Outcome.REFUSED,
            address=article.get_absolute_url() if article else "",
            is_item=True,
        )

    def _write(
        self, imported: Imported, wanted: dict[str, Any], author: Author | None, tags: list[str]
    ) -> tuple[Article, Action]:
        """Bring the article to the ``wanted`` state, in one transaction, if the file has news for it."""
        known = {**wanted, "author": author.pk if author else None, "tags": tags, "rules": VERSION}
        fingerprint = hashlib.sha256(json.dumps(known, sort_keys=True, default=str).encode()).hexdigest()
        with transaction.atomic():
            row = Imported.objects.select_for_update().get(pk=imported.pk)
            article = Article.objects.select_for_update().get(pk=imported.article_id or 0)
            is_touched = article.version != row.version
            if row.fingerprint == fingerprint and not (is_touched and self.options.overwrite):
                return article, Action.KEPT if is_touched else Action.AS_BEFORE
            if is_touched and not self.options.overwrite:
                return article, Action.KEPT
            if is_touched:
                # What was written here can be brought back from the desk.
                revisions.record(article, by=None)
            is_new = not row.fingerprint
            for name, value in wanted.items():
                setattr(article, name, value)
            article.save()
            self._write_byline(article, author)
            article.tags.set(tags)
            revisions.record(article, by=None, note=f"Imported from {self.site.source}"[:500])
            row.fingerprint, row.version, row.brought_at = fingerprint, article.version, self.now
            row.save(update_fields=["fingerprint", "version", "brought_at"])
        return article, Action.NEW if is_new else Action.UPDATED

    def _write_byline(self, article: Article, author: Author | None) -> None:
        wanted = [author.pk] if author else []
        if list(article.bylines.values_list("author_id", flat=True)) != wanted:
            article.bylines.all().delete()
            Byline.objects.bulk_create(Byline(article=article, author_id=pk) for pk in wanted)

    def _body(self, item: wxr.Item, key: str, planned: Planned) -> str:
        view = View(self.site, self.memory, self.library)
        try:
            converted = bodies.convert(item.body, key=key, site=view, notes=planned.notes)
            cleaned = sanitising.clean(converted)
        except sanitising.RefusedHTML as refusal:
            planned.notes.add(
                "Markup refused: its words came as plain paragraphs, not public", refusal.messages[0]
            )
            planned.status, planned.published_at = Status.DRAFT, None
            return sanitising.clean(bodies.words_only(item.body))
        if (lost := len(_LINK.findall(converted)) - len(_LINK.findall(cleaned))) > 0:
            planned.notes.add("Link taken off its words", f"× {lost}")
        return cleaned

    def _lead_picture(self, item: wxr.Item, notes: Notes) -> Picture | None:
        if not (key := item.field("_thumbnail_id").strip()):
            return None
        attachment = self.site.attachments.get(key)
        if attachment is None:
            notes.add("Lead picture is not in the file")
            return None
        picture = self.library.taken.get(key)
        if picture is None:
            notes.add("Lead picture known by its address, file not given", attachment.address)
        return picture

    def _tags(self, item: wxr.Item, section_id: int, notes: Notes) -> list[str]:
        """Return the tags of ``item``, the categories that are not its section among them."""
        tags: dict[str, str] = {}
        for term in item.terms:
            if term.taxonomy not in {"post_tag", "category"} or not plain(term.name):
                continue
            slug = self.site.term_key(term)
            became = self._became(term)
            if term.taxonomy == "category":
                if slug.lower() == oldsite.UNFILED:
                    became.add("left out: it says that nobody chose a category")
                    continue
                home = self.memory.find(Kind.SECTION, slug[:200])
                if home is not None and home.pk == section_id:
                    became.add(f"the section {home.name}")
                    continue
            name = shorten(plain(term.name).replace(",", " "), _TAG)
            if not any(one.isalnum() for one in name):
                notes.add("Tag without a letter left out", name)
                became.add("left out: it has no letter")
                continue
            became.add("a tag")
            tags[name.lower()] = self.spellings.setdefault(name.lower(), name)
        return sorted(tags.values())

    def _became(self, term: wxr.Term) -> set[str]:
        """Return what ``term`` became so far, to be added to."""
        at = (term.taxonomy, self.site.term_key(term))
        self.met.setdefault(at, term)
        return self.became.setdefault(at, set())

    def _series(self, item: wxr.Item) -> Series | None:
        named = (term for term in item.terms if term.taxonomy == "series" and plain(term.name))
        term = next(named, None)
        if term is None:
            return None
        self._became(term).add("a series")
        name = term.name
        return self.memory.give(Kind.SERIES, self.site.term_key(term)[:200], lambda _row: rows.series(name))

    def _author(self, item: wxr.Item, notes: Notes) -> Author | None:
        login = self._login(item.creator)
        if not login:
            notes.add("No author given")
            return None
        if login != item.creator:
            notes.add("Author found under another spelling", plain(item.creator))
        about = self.used_authors.setdefault(login, Notes())
        name = self.site.names.get(login, "")
        if not name:
            about.add("Not introduced in the file: named by the log-in")
            name = plain(login.partition("@")[0])
        return self.memory.give(Kind.AUTHOR, login[:200], lambda _row: rows.author(name))

    def _login(self, creator: str) -> str:
        """Return the log-in that ``creator`` means; files from the field hold stray characters."""
        if creator in self.site.names:
            return creator
        stripped = creator.strip(" <>\"'")
        return stripped if any(one.isalnum() for one in stripped) else ""

    # -- The rest of the account ----------------------------------------------------------

    def _account_for_attachment(self, key: str) -> None:
        attachment = self.site.attachments[key]
        notes, action, outcome = Notes(), Action.NOTHING, None
        picture = self.library.taken.get(key)
        if not attachment.is_picture:
            outcome = Outcome.REFUSED
            notes.add("Not a picture: links to it lead to the old site", oldsite.ending(attachment.address))
        elif key in self.library.refused:
            outcome = Outcome.REFUSED
            notes.add("Picture refused", self.library.refused[key])
        elif picture is None:
            notes.add("Picture known by its address, file not given", attachment.address)
        else:
            action = self.library.actions[key]
        self.report.add(
            "attachment", key, attachment.title, outcome, notes=notes, action=action, is_item=True,
            address=picture.src if picture else "",
        )  # fmt: skip

    def _account_for_comments(self, item: wxr.Item) -> None:
        for comment in item.comments:
            why = f"a reader's {plain(comment.kind)} on “{plain(item.title)}”: the magazine has no comments"
            self.report.add("comment", comment.key, plain(comment.author), Outcome.REFUSED, reasons=[why])

    def _account_for_fields(self, item: wxr.Item) -> None:
        if item.type not in ARTICLE_TYPES | {"attachment"}:
            # They go with the item, which is refused as a whole.
            return
        for name, _value in item.fields:
            if name not in _UNDERSTOOD:
                why = (
                    "kept by WordPress or a plugin for itself"
                    if name.startswith("_")
                    else "no place for it here"
                )
                self.report.add(
                    "custom field", item.key, plain(name), Outcome.REFUSED, reasons=[f"{item.type}: {why}"]
                )

    def account_for_the_rest(self) -> None:
        """Report authors, categories, tags and other terms: what they became, or that nobody uses them."""
        for login in [*self.site.names, *(one for one in self.used_authors if one not in self.site.names)]:
            name = self.site.names.get(login) or plain(login.partition("@")[0])
            author = self.memory.find(Kind.AUTHOR, login[:200])
            if login not in self.used_authors or author is None:
                why = "nothing in the file is by them" if author is None else "deleted here since"
                self.report.add("author", plain(login), name, Outcome.REFUSED, reasons=[why])
                continue
            notes = self.used_authors[login]
            if Author.objects.filter(name=author.name).exclude(pk=author.pk).exists():
                notes.add("Another author has this name: joined by hand only, if they are one person")
            self.report.add("author", plain(login), name, notes=notes, address=author.get_absolute_url())
        labels = {"category": "category", "post_tag": "tag"}
        for (taxonomy, slug), term in {**self.met, **self.site.terms}.items():
            kind = labels.get(taxonomy, "series" if taxonomy == "series" else "other term")
            became = sorted(self.became.get((taxonomy, slug), set()))
            reasons = became or [
                "no article of the file uses it"
                if kind != "other term"
                else f"{taxonomy}: no place for it here"
            ]
            kept = [one for one in became if not one.startswith("left out")]
            is_as_it_was = kind != "category" and kept
            outcome = Outcome.CAME_OVER if is_as_it_was else Outcome.CHANGED if kept else Outcome.REFUSED
            if kind == "category" and any(one.startswith("the section") for one in kept):
                outcome = Outcome.CAME_OVER
            self.report.add(kind, slug, plain(term.name), outcome, reasons=reasons)
