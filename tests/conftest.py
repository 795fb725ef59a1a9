"""What every test may rely on."""

import pytest
from django.core.cache import cache

from articles.models.section import departments


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    """A good password hash is slow on purpose; tests that are about hashing ask for the real one."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Files that a test stores are its own and gone after it."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _empty_cache(request, django_db_blocker):
    """Rate limits and other memories of one test do not reach the next.

    A usual test's are rolled back with everything else; a transactional one leaves the cache's table
    as it is, because no model stands for it.
    """
    yield
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        with django_db_blocker.unblock():
            cache.clear()


@pytest.fixture(autouse=True)
def _no_remembered_sections():
    """What this process remembers of one test's sections would be wrong in the next."""
    departments.forget()
    yield
    departments.forget()
