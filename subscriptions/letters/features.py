"""The letter about a feature that was announced, and is there now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from magazine import mail
from subscriptions import access
from subscriptions.features import REGISTRY, Feature
from subscriptions.letters.message import Addressee, Writing, absolute
from subscriptions.models import Letter, Subscription, WaitsForFeature
from subscriptions.models.plan import MAGAZINE


@dataclass(frozen=True)
class FeatureLive(Writing):
    """It is there: how it is advertised, what it means, and whether the reader has it."""

    kind = Letter.Kind.FEATURE_LIVE

    to: Addressee
    label: str
    sentence: str
    has_it: bool

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        asked = WaitsForFeature.objects.filter(pk=letter.about_id or 0).first()
        if asked is None:
            return None, _("what it was about is gone")
        held = Subscription.objects.live().filter(reader=letter.reader_id, product=MAGAZINE)
        number = held.values_list("number", flat=True).first() or ""
        feature = Feature(asked.feature)
        has_it = access.may(letter.reader, feature, at).granted
        return cls(
            Addressee(letter.reader.name, number, settings.MAGAZINE_NAME), *_words(feature), has_it
        ), ""

    @classmethod
    def sample(cls) -> Self:
        return cls(Addressee.sample(), *_words(Feature.AD_FREE), has_it=True)

    def write(self) -> mail.Written:
        pages = {"account_address": "subscriptions:account", "plans_address": "subscriptions:plans"}
        known = {name: absolute(reverse(page)) for name, page in pages.items()}
        return mail.write(self.kind.value, {**vars(self.to), **vars(self), **known})


def _words(feature: Feature) -> tuple[str, str]:
    definition = REGISTRY[feature]
    return str(definition.label), str(definition.sentence)
