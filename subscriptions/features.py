"""The promises a plan can make: keys with parameters and a state, never free text.

A key is what code asks about. A plan's version says which keys it carries, with which parameters, and
whether each is kept today (live) or promised for a day to come (planned). This registry knows, for
each key, how it is advertised, what it means in one sentence, and which parameters it takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class Feature(models.TextChoices):
    """The nine features, in the order in which they are advertised."""

    ISSUES_PER_YEAR = "issues_per_year", _("Issues per year")
    PRINT_EDITION = "print_edition", _("Optional print edition")
    DIGITAL_EDITION = "digital_edition", _("Digital edition access")
    EXCLUSIVE_CONTENT = "exclusive_content", _("Exclusive subscriber content")
    AUDIO = "audio", _("Audio provided for all articles")
    PAST_ISSUES = "past_issues", _("Unlimited access to past issues")
    AD_FREE = "ad_free", _("Ad-free")
    MONEY_BACK = "money_back", _("Money-back guarantee")
    CANCEL_ANYTIME = "cancel_anytime", _("Cancel anytime")


class State(models.TextChoices):
    """Whether a feature is kept today."""

    LIVE = "live", _("Live")
    PLANNED = "planned", _("Planned")


@dataclass(frozen=True)
class Count:
    """A parameter that is a whole number from ``least`` to ``most``."""

    least: int
    most: int

    def clean(self, name: str, value: object) -> int:
        """Return ``value`` as it is stored, or raise ``ValidationError`` saying what to write instead."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise ValidationError(
                _now("“%(name)s” must be a whole number from %(least)d to %(most)d.")
                % {"name": name, "least": self.least, "most": self.most}
            )
        return value


@dataclass(frozen=True)
class Definition:
    """What the house knows about one feature.

    ``label`` and ``sentence`` may name parameters in braces. ``comes_with_plan`` is false for what a plan
    merely offers: it is granted when the reader takes it, not when the plan is paid.
    """

    label: str | Promise
    sentence: str | Promise
    parameters: Mapping[str, Count] = field(default_factory=dict)
    comes_with_plan: bool = True


REGISTRY: Mapping[Feature, Definition] = {
    Feature.ISSUES_PER_YEAR: Definition(
        _("{count} issues per year"),
        _("{count} issues in every year of your plan, from cover to cover."),
        {"count": Count(1, 366)},
    ),
    Feature.PRINT_EDITION: Definition(
        _("Optional print edition"),
        _("A printed copy by post can be added to the plan, at a price for where you live."),
        comes_with_plan=False,
    ),
    Feature.DIGITAL_EDITION: Definition(
        _("Digital edition access"),
        _("Each issue to read on the screen, wherever you are."),
    ),
    Feature.EXCLUSIVE_CONTENT: Definition(
        _("Exclusive subscriber content"),
        _("Every piece we publish opens in full, those for subscribers alone too."),
    ),
    Feature.AUDIO: Definition(
        _("Audio provided for all articles"),
        _("Every article can be listened to as well as read."),
    ),
    Feature.PAST_ISSUES: Definition(
        _("Unlimited access to past issues"),
        _("The whole archive, back to our first issue."),
    ),
    Feature.AD_FREE: Definition(
        _("Ad-free"),
        _("No advertisement on any page you read."),
    ),
    Feature.MONEY_BACK: Definition(
        _("{days}-day money-back guarantee"),
        _("Not for you? Say so within {days} days of your first payment and have all of it back."),
        {"days": Count(1, 366)},
    ),
    Feature.CANCEL_ANYTIME: Definition(
        _("Cancel anytime"),
        _("Two clicks in your account. The time you have paid for stays yours."),
    ),
}

ORDER: Mapping[str, int] = {feature.value: place for place, feature in enumerate(Feature)}


def clean_parameters(feature: str, parameters: object) -> dict[str, int]:
    """Return the parameters of ``feature`` as they are stored: each one present, none unknown.

    Raises ``ValidationError`` with a sentence for the member of staff who typed them.
    """
    wanted = REGISTRY[Feature(feature)].parameters
    if not isinstance(parameters, dict):
        raise ValidationError(_now("Parameters are written as {} or {“name”: number}."))
    if unknown := sorted(set(parameters) - set(wanted)):
        raise ValidationError(_now("This feature has no parameter “%s”.") % "”, “".join(map(str, unknown)))
    if missing := sorted(set(wanted) - set(parameters)):
        raise ValidationError(_now("This feature needs the parameter “%s”.") % "”, “".join(missing))
    return {name: parameter.clean(name, parameters[name]) for name, parameter in wanted.items()}


def label_for(feature: str, parameters: Mapping[str, int], *, planned: bool = False) -> str:
    """Return the feature as it is advertised: “24 issues per year”, “Ad-free (coming soon)”."""
    label = str(REGISTRY[Feature(feature)].label).format(**parameters)
    return _now("%s (coming soon)") % label if planned else label


def sentence_for(feature: str, parameters: Mapping[str, int]) -> str:
    """Return the one sentence that tells a reader what the feature means."""
    return str(REGISTRY[Feature(feature)].sentence).format(**parameters)
