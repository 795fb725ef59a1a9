"""What the program refuses to start with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from subscriptions.providers import stripe
from subscriptions.providers.stripe.pretend import PretendStripe

ROOT = Path(__file__).resolve().parents[3]
PRODUCTION = {
    "MAGAZINE_ENV": "production",
    "MAGAZINE_SITE_URL": "https://magazine.example",
    "MAGAZINE_SECRET_KEY": "a key for this test",
    "MAGAZINE_HOSTS": "magazine.example",
}
KEY = {"MAGAZINE_STRIPE_SECRET_KEY": "sk_test_1"}


def start(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start the program with nothing in its environment but ``environment``."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAGAZINE_")}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=outside | {"MAGAZINE_DATA": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        (KEY, "MAGAZINE_STRIPE_WEBHOOK_SECRET"),
        (KEY | {"MAGAZINE_STRIPE_WEBHOOK_SECRET": ""}, "MAGAZINE_STRIPE_WEBHOOK_SECRET"),
        (KEY | {"MAGAZINE_STRIPE_WEBHOOK_SECRET": "  "}, "MAGAZINE_STRIPE_WEBHOOK_SECRET"),
        (PRODUCTION | KEY, "MAGAZINE_STRIPE_WEBHOOK_SECRET"),
        (PRODUCTION | {"MAGAZINE_STRIPE": "pretend"}, "takes no money"),
        (KEY | {"MAGAZINE_STRIPE_WEBHOOK_SECRET": "whsec_1", "MAGAZINE_STRIPE": "pretend"}, "takes no money"),
    ],
)
def test_the_program_does_not_start(tmp_path, environment, complaint):
    started = start(tmp_path, **environment)

    assert started.returncode != 0
    assert "ImproperlyConfigured" in started.stderr
    assert complaint in started.stderr


@pytest.mark.parametrize(
    "environment",
    [
        {"MAGAZINE_STRIPE": "pretend"},
        KEY | {"MAGAZINE_STRIPE_WEBHOOK_SECRET": "whsec_1"},
    ],
)
def test_the_program_starts(tmp_path, environment):
    started = start(tmp_path, **environment)

    assert started.returncode == 0, started.stderr


def test_the_pretend_stripe_refuses_production_whatever_asks_for_it(settings):
    settings.PRODUCTION = True

    with pytest.raises(ImproperlyConfigured):
        PretendStripe()


def test_without_a_key_there_is_no_stripe(settings):
    settings.STRIPE_SECRET_KEY, settings.PRETEND_STRIPE = "", False

    assert stripe.from_settings() is None


def test_with_a_key_there_is_the_real_one_and_each_time_the_same(settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", "whsec_1"

    provider = stripe.from_settings()

    assert provider is not None
    assert provider is stripe.from_settings()
    assert provider.webhook_secret == "whsec_1"


def test_the_demo_shares_one_pretend_stripe_through_a_file(settings, tmp_path):
    settings.STRIPE_SECRET_KEY, settings.PRETEND_STRIPE, settings.DATA_DIR = "", True, tmp_path

    provider = stripe.from_settings()

    assert provider is stripe.from_settings()
    assert provider.webhook_secret == stripe.pretend_stripe().secret
    assert (tmp_path / "pretend-stripe.sqlite3").exists()
