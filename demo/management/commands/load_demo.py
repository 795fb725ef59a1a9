"""``manage.py load_demo``: fill an empty magazine with the demo, and say how to sign in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles.models import Article
from demo import giving, households, loading, people, placements


class Command(BaseCommand):
    """Load the demo magazine. Refuses in production, and leaves a magazine of your own alone."""

    help = "Load the demo magazine Halyard into an empty magazine; safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="Do not print how to sign in.")

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's people have a public password: it does not load in production.")
        if self._is_somebodys_own():
            self.stdout.write("There is a magazine here already: the demo stays out of it.")
            return
        at = timezone.now()
        loading.load(at=at, report=self.stdout.write)
        yearly = people.load(at)
        loading.load_desk(at)
        households.load(yearly, at)
        giving.load(yearly, at)
        placements.load(at)
        if not options["quiet"]:
            self._say_where_to_look()

    def _is_somebodys_own(self) -> bool:
        articles = Article.objects.all()
        return articles.exists() and not articles.filter(slug__in=loading.slugs()).exists()

    def _say_where_to_look(self) -> None:
        lines = [
            "",
            f"  {settings.MAGAZINE_NAME} is at  {settings.SITE_URL}/",
            f"  The desk is at     {settings.SITE_URL}/desk/",
            "",
            f"  Everybody's password: {people.PASSWORD}",
            *(f"    {person.email:<30} {person.what}" for person in people.PEOPLE),
            "    print@halyard.example          has the printed copy, and gives the seats of a team",
            "",
        ]
        self.stdout.write("\n".join(lines))
