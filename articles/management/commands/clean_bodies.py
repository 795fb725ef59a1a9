"""``manage.py clean_bodies``: clean again what was cleaned by older rules."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles.models import Article
from articles.sanitising import VERSION, RefusedHTML


class Command(BaseCommand):
    """Run every body that older rules let in through today's door; safe to run twice."""

    help = "Clean and render again the bodies whose rules are out of date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say how many there are.")
        parser.add_argument("--all", action="store_true", help="Whatever their rules.")

    def handle(self, **options: Any) -> None:
        stale = Article.objects.all() if options["all"] else Article.objects.exclude(rules_version=VERSION)
        if options["dry_run"]:
            self.stdout.write(f"{stale.count()} bodies would be cleaned.")
            return
        refused = []
        for number, pk in enumerate(stale.ids(), start=1):
            article = Article.objects.get(pk=pk)
            try:
                article.render_again()
            except RefusedHTML as refusal:
                refused.append(f"{article}: {' '.join(refusal.messages)}")
            if number % 100 == 0:
                self.stdout.write(f"{number} …")
        for line in refused:
            self.stderr.write(line)
        self.stdout.write(f"Cleaned, with {len(refused)} refused.")
