"""The desk's pages about what we publish."""

from articles.admin import article, author, issue, picture, section, tag

__all__ = ["article", "author", "issue", "picture", "section", "tag"]
