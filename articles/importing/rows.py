"""New sections, series and authors, each with an address of its own."""

from collections.abc import Callable

from django.db import models

from articles.importing.words import ascii_slug, plain, shorten, unique_slug
from articles.models import Author, Section, Series
from articles.models.section import RESERVED_SLUGS


def is_taken(model: type[models.Model]) -> Callable[[str], bool]:
    """Return the question whether a ``model`` has a given slug already."""
    return lambda slug: model._default_manager.filter(slug=slug).exists()


def section(name: str) -> Section:
    """Return the section called ``name``, made at the end of the others if there is none."""
    name = shorten(plain(name), 60)
    if found := Section.objects.filter(name__iexact=name).first():
        return found
    slug = ascii_slug(name, limit=50) or "section"
    if slug in RESERVED_SLUGS:
        slug = f"{slug}-section"
    last = Section.objects.aggregate(last=models.Max("position"))["last"] or 0
    return Section.objects.create(
        name=name, slug=unique_slug(slug, is_taken(Section), limit=60), position=last + 1
    )


def series(name: str) -> Series:
    """Return the series called ``name``, made if there is none."""
    name = shorten(plain(name), 120)
    if found := Series.objects.filter(name__iexact=name).first():
        return found
    slug = unique_slug(ascii_slug(name) or "series", is_taken(Series))
    return Series.objects.create(name=name, slug=slug)


def author(name: str) -> Author:
    """Return a new author: a name alone never makes two people one."""
    name = shorten(name, 120)
    slug = unique_slug(ascii_slug(name) or "author", is_taken(Author))
    return Author.objects.create(name=name, slug=slug)
