"""The reader's side: each page finds, decides and shows."""

from articles.views.archive import archive, archive_month, archive_year
from articles.views.article import article
from articles.views.front import front
from articles.views.given import give, given
from articles.views.issues import issue, issues, volume
from articles.views.lists import author, authors, section, series, tag, tags
from articles.views.metered import open_metered
from articles.views.preview import preview
from articles.views.search import search

__all__ = [
    "archive",
    "archive_month",
    "archive_year",
    "article",
    "author",
    "authors",
    "front",
    "give",
    "given",
    "issue",
    "issues",
    "open_metered",
    "preview",
    "search",
    "section",
    "series",
    "tag",
    "tags",
    "volume",
]
