"""What was brought over before, and the one way to bring a thing over only once."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, models, transaction

from articles.models import Article, Imported

Kind = Imported.Kind


class Memory:
    """The things of one source and what they became here."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.articles: dict[str, int] | None = None

    def find(self, kind: str, key: str) -> Any:
        """Return what ``key`` became here, if it did and is still here."""
        row = self._rows(kind, key).select_related(kind).first()
        return getattr(row, kind) if row else None

    def give(
        self, kind: str, key: str, make: Callable[[Imported], models.Model], *, again: bool = True
    ) -> Any:
        """Return what ``key`` became here; ``make`` it in one transaction if it is not remembered.

        What was deleted here is made ``again`` or stays away. Two imports at once make it once.
        """
        for _attempt in range(5):
            row = self._rows(kind, key).select_related(kind).first()
            if row and (getattr(row, kind) or not again):
                return getattr(row, kind)
            try:
                with transaction.atomic():
                    row, is_new = Imported.objects.select_for_update().get_or_create(
                        source=self.source, kind=kind, key=key
                    )
                    if getattr(row, kind) is None and (is_new or again):
                        setattr(row, kind, make(row))
                        row.save()
                    return getattr(row, kind)
            except IntegrityError:
                # Somebody took the same address in the meantime: look again.
                continue
        raise RuntimeError(f"No free place for {kind} {key}.")

    def article_id(self, key: str) -> int | None:
        """Return our key of the article that the item ``key`` became."""
        if self.articles is None:
            rows = Imported.objects.filter(source=self.source, kind=Kind.ARTICLE, article__isnull=False)
            self.articles = dict(rows.values_list("key", "article_id"))
        return self.articles.get(key)

    def is_approved(self, key: str) -> bool:
        """Whether an earlier import gave the item ``key`` its date."""
        rows = self._rows(Kind.ARTICLE, key).exclude(fingerprint="")
        return rows.filter(article__status=Article.Status.APPROVED).exists()

    def _rows(self, kind: str, key: str) -> models.QuerySet[Imported]:
        return Imported.objects.filter(source=self.source, kind=kind, key=key)
