"""``manage.py empty_trash``: delete for good what has lain in the trash long enough."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles.models import Article


class Command(BaseCommand):
    """The only way by which an article is deleted; safe to run twice."""

    help = "Delete for good the articles that have been in the trash for a number of days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than", type=int, default=30, metavar="DAYS", help="Default: 30.")
        parser.add_argument("--dry-run", action="store_true", help="Only name them.")

    def handle(self, **options: Any) -> None:
        days = options["older_than"]
        if not 0 <= days <= 36_500:
            raise CommandError("--older-than is a number of days from 0 to 36500.")
        until = timezone.now() - timedelta(days=days)
        deleted = 0
        for pk in Article.objects.filter(trashed_at__lte=until).ids():
            # Asked again, row by row: somebody may put it back in the meantime.
            article = Article.objects.filter(pk=pk, trashed_at__lte=until).first()
            if article is None:
                continue
            self.stdout.write(f"{article.headline} (in the trash since {article.trashed_at:%Y-%m-%d})")
            deleted += 1
            if not options["dry_run"]:
                article.delete()
        verb = "would be deleted" if options["dry_run"] else "deleted"
        self.stdout.write(f"{deleted} {'article' if deleted == 1 else 'articles'} {verb}.")
