"""Builds what a test needs, with as few words as it needs. Everything else has a sensible value."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from accounts.roles import Role
from articles.models import Article, Author, Byline, Issue, Picture, RelatedArticle, Section, Series
from subscriptions.access import Audience
from subscriptions.features import Feature
from subscriptions.models import Entitlement

PASSWORD = "correct horse battery"
_counter = itertools.count(1)


def _n() -> int:
    return next(_counter)


def reader(*, entitled_until: datetime | None = None, entitled: bool = False, **fields: Any) -> User:
    """A reader; with ``entitled`` or ``entitled_until`` one who holds (or held) every right of a plan."""
    fields.setdefault("email", f"reader{_n()}@example.org")
    user = get_user_model().objects.create_user(password=PASSWORD, **fields)
    if entitled or entitled_until:
        begun = min(timezone.now(), entitled_until or timezone.now()) - timedelta(days=30)
        for feature in Feature:
            Entitlement.objects.create(
                reader=user,
                feature=feature,
                from_at=begun,
                until_at=entitled_until,
                source=Entitlement.Source.SUBSCRIPTION,
            )
    return user


def staff(*roles: Role, **fields: Any) -> User:
    """Somebody who may enter the desk, with ``roles``."""
    fields.setdefault("email", f"staff{_n()}@example.org")
    user = get_user_model().objects.create_user(password=PASSWORD, is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return user


def section(name: str = "Politics", **fields: Any) -> Section:
    """The section called ``name``, made once."""
    found, _ = Section.objects.get_or_create(name=name, defaults={"slug": slugify(name), **fields})
    return found


def series(name: str = "Letters from the coast", **fields: Any) -> Series:
    """The series called ``name``, made once."""
    found, _ = Series.objects.get_or_create(name=name, defaults={"slug": slugify(name), **fields})
    return found


def author(name: str | None = None, **fields: Any) -> Author:
    """An author."""
    name = name or f"Author Number {_n()}"
    fields.setdefault("slug", slugify(name))
    return Author.objects.create(name=name, **fields)


def picture(**fields: Any) -> Picture:
    """A picture's row without a file; tests about files upload one instead."""
    n = _n()
    values: dict[str, Any] = {
        "title": f"Picture {n}",
        "alt": "A harbour at dawn",
        "credit": "Illustration: Halyard",
        "content_hash": f"{n:064x}",
        "original": f"originals/{n:064x}.jpg",
        "width": 1600,
        "height": 1067,
        "renditions": [
            {
                "mime": mime,
                "width": width,
                "height": round(width * 2 / 3),
                "name": f"pictures/{n}/{width}.{ext}",
            }
            for mime, ext in (("image/avif", "avif"), ("image/webp", "webp"), ("image/jpeg", "jpg"))
            for width in (320, 640, 960)
        ],
    }
    return Picture.objects.create(**values | fields)


def issue(**fields: Any) -> Issue:
    """A released issue."""
    n = _n()
    values: dict[str, Any] = {
        "volume": 1,
        "number": n,
        "cover_on": timezone.localdate() - timedelta(days=7),
        "released_at": timezone.now() - timedelta(days=7),
    }
    return Issue.objects.create(**values | fields)


def article(
    *,
    authors: list[Author] | None = None,
    tags: list[str] | None = None,
    related: list[Article] | None = None,
    **fields: Any,
) -> Article:
    """A published article for everyone, unless ``fields`` say otherwise."""
    n = _n()
    values: dict[str, Any] = {
        "headline": f"Headline {n}",
        "slug": f"headline-{n}",
        "standfirst": f"Standfirst {n}.",
        "body": f"<p>Opening words {n}.</p><hr data-paywall><p>Closing words {n}.</p>",
        "audience": Audience.EVERYONE,
        "status": Article.Status.APPROVED,
        "published_at": timezone.now() - timedelta(hours=1),
    }
    values |= fields
    if "section" not in values:
        values["section"] = section()
    made = Article.objects.create(**values)
    for position, writer in enumerate([author()] if authors is None else authors):
        Byline.objects.create(article=made, author=writer, position=position)
    for position, other in enumerate(related or []):
        RelatedArticle.objects.create(article=made, related=other, position=position)
    if tags:
        made.tags.add(*tags)
    return made


def draft(**fields: Any) -> Article:
    """An article that nobody has approved."""
    return article(**{"status": Article.Status.DRAFT, "published_at": None} | fields)
