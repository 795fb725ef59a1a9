"""The editions application."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from articles import backlist, shelf
from articles.issues import register
from editions import surfaces
from editions.page_index import PAGES
from magazine import personal
from magazine.work import schedule
from subscriptions import promises
from subscriptions.promises import Feature


def lay_search_index(using: str, **kwargs: object) -> None:
    """Lay the index over the pages of past issues, or mend it after a table was rebuilt."""
    PAGES.ensure(connections[using])


class EditionsConfig(AppConfig):
    """Issues as files."""

    name = "editions"
    verbose_name = _("Editions")

    def ready(self) -> None:
        shelf.register("editions.shelf.of_issue")
        backlist.register("editions.importing.bringing.whole_issues")
        surfaces.register_own()
        register.lights("editions.readiness.lights")
        register.look_after_release("editions.tasks.look_for_stale")
        promises.register(Feature.DIGITAL_EDITION, "editions.promises.digital_edition")
        post_migrate.connect(lay_search_index, sender=self, dispatch_uid="editions.search_index")
        personal.register(
            self.label,
            holds="editions.privacy.HOLDINGS",
            erase="editions.privacy.erase",
            retain="editions.privacy.RULES",
        )
        schedule.every("editions.tasks.look_for_stale", minutes=1)
        schedule.every("editions.tasks.tidy", minutes=24 * 60)
