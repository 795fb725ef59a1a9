"""How many printed pages a piece fills, as it is stated or as it is reckoned from its words."""

from math import ceil

from articles.models import Article

WORDS_A_PAGE = 600
"""What two columns of our text type hold on one page, beside a picture of a third of it."""


def reckoned(words: int, *, has_lead: bool = False) -> int:
    """Return how many whole pages ``words`` fill, at least one; a lead picture has a page of its own."""
    return max(1, ceil(words / WORDS_A_PAGE) + has_lead)


def pages_of(article: Article) -> int:
    """Return the pages of ``article``: those that were stated, or those reckoned from its words."""
    return article.length or reckoned(article.words, has_lead=article.lead_picture_id is not None)
