"""What nobody needs any more is forgotten by itself: on its day, not before it, and once."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import ErasureRequest, User
from accounts.privacy import retention
from magazine import personal
from subscriptions import models
from tests import make
from tests.accounts.planted import plant

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def reader():
    """Somebody of whom there is something for every rule, all of it as old as today."""
    reader = plant("Zephyrine")
    today, at = timezone.localdate(), timezone.now()
    models.Address.objects.create(
        reader=reader,
        name="Zephyrine",
        street="5 Zephyrine Row",
        country="GB",
        from_on=today,
        withdrawn_at=at,
    )
    models.Seat.objects.update(ended_at=at)
    ErasureRequest.objects.create(
        reader=make.reader(), due_on=today, done_at=at, kept_email="z@example.org", kept_until_on=today
    )
    User.objects.create_user("nobody@example.org")
    return reader


def test_each_rule_forgets_after_its_days_and_not_before_and_once(reader, settings):
    now = timezone.now()
    for rule in personal.rules():
        days = timedelta(days=settings.PRIVACY_DAYS[rule.key])

        assert retention.forget(now + days - DAY, dry_run=True)[rule.key] == 0, rule.key
        assert retention.forget(now + days + DAY * 2, dry_run=True)[rule.key] > 0, rule.key

    latest = now + timedelta(days=max(settings.PRIVACY_DAYS.values())) + DAY * 2
    assert all(retention.forget(latest).values())
    assert not any(retention.forget(latest).values()), "a second run has nothing to do"


def test_what_is_still_needed_stays(reader, settings):
    address = models.Address.objects.get(reader=reader, withdrawn_at=None)
    waiting = models.ProviderEvent.objects.create(provider="demo", event_id="w", kind="k", body="Zephyrine")
    unsent = models.Letter.objects.create(kind="welcome", key="unsent", reader=reader, address=reader.email)
    label = models.Label.objects.filter(reader=reader).first()

    retention.forget(timezone.now() + timedelta(days=4000))

    # Where copies go today, what has yet to be applied, and what has yet to be sent.
    assert models.Address.objects.get(reader=reader) == address
    waiting.refresh_from_db()
    assert waiting.body == "Zephyrine"
    unsent.refresh_from_db()
    assert unsent.address == reader.email
    label.refresh_from_db()
    assert (label.lines, label.country, label.address) == ("", "GB", None)
    assert User.objects.filter(pk=reader.pk).exists()
    assert not User.objects.filter(email="nobody@example.org").exists()


def test_an_address_that_another_followed_is_forgotten_and_the_one_that_holds_is_not(settings):
    reader = make.reader()
    now = timezone.now()
    days = timedelta(days=settings.PRIVACY_DAYS["old_addresses"])
    first, second, to_come = [
        models.Address.objects.create(
            reader=reader, name=f"{n}", street="x", country="GB", from_on=(now + at).date(), made_at=now + at
        )
        for n, at in enumerate((timedelta(0), DAY, days * 3))
    ]

    retention.forget(now + days + DAY * 3)

    assert set(models.Address.objects.all()) == {second, to_come}
    assert first not in models.Address.objects.all()


def test_a_rule_that_stumbles_keeps_no_other_back(reader, monkeypatch, settings):
    def stumble(before):
        raise RuntimeError

    rules = personal.rules()
    first, *rest = rules
    monkeypatch.setattr(
        personal, "rules", lambda: [personal.Rule(**vars(first) | {"forget": stumble}), *rest]
    )

    with pytest.raises(RuntimeError):
        retention.forget(timezone.now() + timedelta(days=4000))

    assert not models.StaffNote.objects.exists()


def test_a_dry_run_says_what_would_go_and_keeps_it(reader, settings, capsys):
    settings.PRIVACY_DAYS = settings.PRIVACY_DAYS | {"notes": 0}

    call_command("forget_old_data", "--dry-run")

    assert "notes, after 0 days: 1" in capsys.readouterr().out
    assert models.StaffNote.objects.exists()
