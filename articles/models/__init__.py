"""The nouns of publishing: each in its own file."""

from articles.models.article import Article, FormerAddress
from articles.models.author import Author, Byline
from articles.models.correction import Correction
from articles.models.imported import Imported
from articles.models.issue import Issue, IssueEvent
from articles.models.picture import Picture
from articles.models.preview import PreviewLink
from articles.models.relation import ArticleLink, RelatedArticle
from articles.models.revision import Revision
from articles.models.section import Section, Series

__all__ = [
    "Article",
    "ArticleLink",
    "Author",
    "Byline",
    "Correction",
    "FormerAddress",
    "Imported",
    "Issue",
    "IssueEvent",
    "Picture",
    "PreviewLink",
    "RelatedArticle",
    "Revision",
    "Section",
    "Series",
]
