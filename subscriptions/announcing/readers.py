"""Who is told of a new issue, and how somebody who does not want to be says so."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db.models import QuerySet

from subscriptions.features import Feature
from subscriptions.models import Entitlement

SALT = "subscriptions.announcing"
# Either of these rights lets a reader open what has come.
RIGHTS = (Feature.DIGITAL_EDITION, Feature.EXCLUSIVE_CONTENT)


def readers(at: datetime) -> QuerySet[Any]:
    """Return the readers to be told at ``at``: each once, whatever rights they hold."""
    rights = Entitlement.objects.current(at).filter(feature__in=RIGHTS)
    everybody = get_user_model().objects.filter(is_active=True, wants_news=True)
    return everybody.filter(pk__in=rights.order_by().values("reader"))


def switch(reader: Any, *, wants_news: bool) -> None:
    """Write to ``reader`` about new issues from now on, or no more."""
    get_user_model().objects.filter(pk=reader.pk).update(wants_news=wants_news)


def link_token(reader: Any) -> str:
    """Return the secret of a letter's link: whoever has the letter may switch such letters off by it.

    It opens nothing, so it does not expire.
    """
    return signing.Signer(salt=SALT).sign_object(reader.pk)


def reader_behind(token: str) -> Any | None:
    """Return whose link it is; none for a secret that is not ours, or was changed."""
    try:
        key = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(pk=key).first()
