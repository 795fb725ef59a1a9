"""The index over the words of past issues; ``editions.finding`` asks it, and asks who may know."""

from articles.fulltext import Index

PAGES = Index(
    name="editions_search", table="editions_editionpage", columns={"text": 1.0}, column="search_text"
)
