"""The advertising application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from articles import slots
from magazine import personal
from subscriptions import promises
from subscriptions.promises import Feature


class AdvertisingConfig(AppConfig):
    """What stands in the slots of pages, for whoever reads with advertisements."""

    name = "advertising"
    verbose_name = _("Advertising")

    def ready(self) -> None:
        slots.register("advertising.placing.fill")
        personal.register(self.label, holds="advertising.privacy.HOLDINGS")
        promises.register(Feature.AD_FREE, "advertising.promises.ad_free")
