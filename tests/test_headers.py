"""What every answer says to browsers and caches, whatever made it."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from PIL import Image

from accounts.roles import Role
from articles.uploads import take_picture
from magazine.headers import PERMISSIONS
from tests import make

ROOT = Path(__file__).resolve().parent.parent
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
}


def break_down(request):
    raise RuntimeError("A secret of the house: tallow-bay-42")


def forbid(request):
    raise PermissionDenied


def suspect(request):
    raise SuspiciousOperation


# The magazine with three views that go wrong.
urlpatterns = [
    path("broken/", break_down),
    path("forbidden/", forbid),
    path("suspect/", suspect),
    path("plain/", lambda request: HttpResponse("said nothing of caches")),
    path("", include("magazine.urls")),
]

ANSWERS = {
    "/": 200,
    "/account/login/": 200,
    "/health/": 200,
    "/robots.txt": 200,
    "/feeds/latest.xml": 200,
    "/desk/": 302,
    "/account/": 302,
    "/nowhere/at/all/": 404,
    "/media/originals/a.jpg": 404,
    "/forbidden/": 403,
    "/suspect/": 400,
    "/broken/": 500,
}


@pytest.fixture
def visitor(db, settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def assert_guarded(response):
    for name, value in ALWAYS.items():
        assert response.headers.get(name) == value, name
    assert "Server" not in response.headers
    assert "X-Powered-By" not in response.headers
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Cache-Control"]


def policy(response):
    directives = (part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    return dict(directives)


@pytest.mark.parametrize(("address", "status"), ANSWERS.items())
def test_every_kind_of_answer_is_guarded(visitor, address, status):
    response = visitor.get(address)

    assert response.status_code == status
    assert_guarded(response)
    if not address.startswith("/desk/"):
        rules = policy(response)
        assert rules["script-src"] == rules["style-src"] == rules["default-src"] == "'self'"
        assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("status", [404, 500])
@pytest.mark.parametrize("debug", [True, False])
def test_pages_of_a_debugging_server_are_guarded_too(visitor, settings, debug, status):
    settings.DEBUG = debug
    response = visitor.get({404: "/nowhere/at/all/", 500: "/broken/"}[status])
    assert response.status_code == status
    assert_guarded(response)
    assert policy(response)["script-src"] == "'self'"
    assert ("tallow-bay-42" in response.content.decode()) == (debug and status == 500)


def test_a_picture_is_guarded(visitor):
    target = BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG")
    response = visitor.get(take_picture(ContentFile(target.getvalue(), name="a.png")).src)
    assert response.status_code == 200
    assert_guarded(response)
    assert policy(response)["default-src"] == "'self'"


def test_a_stylesheet_is_guarded(visitor):
    assert finders.find("css/site.css")
    response = visitor.get("/static/css/site.css")
    assert response.status_code == 200
    assert_guarded(response)


def test_an_unknown_host_is_refused_with_every_header(visitor):
    response = visitor.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert_guarded(response)
    assert "Content-Security-Policy" in response


def test_an_insecure_request_is_sent_on_or_refused_with_every_header(visitor, settings):
    settings.SECURE_SSL_REDIRECT = True
    sent_on = Client().get("/")
    assert (sent_on.status_code, sent_on["Location"]) == (301, "https://testserver/")
    refused = Client().get("/", headers={"host": "evil.example"})
    assert refused.status_code == 400
    for response in (sent_on, refused):
        assert_guarded(response)
        assert "Content-Security-Policy" in response


def test_the_desk_alone_may_evaluate_and_nothing_there_comes_from_elsewhere(visitor):
    visitor.force_login(make.staff(Role.EDITOR))
    response = visitor.get("/desk/")
    rules = policy(response)
    assert response.status_code == 200
    assert_guarded(response)
    assert "'unsafe-inline'" not in rules["script-src"]
    assert "'unsafe-eval'" in rules["script-src"]
    assert not any("http" in sources or "*" in sources for sources in rules.values())
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_what_says_nothing_of_caches_is_kept_by_none(visitor):
    assert set(visitor.get("/plain/")["Cache-Control"].split(", ")) == {"private", "no-store"}


def test_a_failure_tells_a_stranger_nothing(visitor, settings):
    settings.DEBUG = False
    page = visitor.get("/broken/").content.decode()
    assert "tallow-bay-42" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/.git/config",
        "/.env",
        "/manage.py",
        "/var/magazine.sqlite3",
        "/magazine.sqlite3",
        "/static/../manage.py",
    ],
)
def test_nothing_of_the_house_itself_is_served(visitor, address):
    assert visitor.get(address).status_code == 404


# -- Production ---------------------------------------------------------------

PRODUCTION = {
    "MAGAZINE_ENV": "production",
    "MAGAZINE_SITE_URL": "https://halyard.example",
    "MAGAZINE_SECRET_KEY": "k9-" + "Zq7!xW2e" * 8,
    "MAGAZINE_HOSTS": "halyard.example",
}


# What tests set for themselves, and a production machine would not have.
FROM_HERE = ("MAGAZINE_", "DJANGO_ALLOW_ASYNC_UNSAFE")


def manage(tmp_path, *arguments, **changes):
    """Run a command as on a production machine; ``changes`` with an empty value are not set."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(FROM_HERE)}
    environment |= PRODUCTION | {"MAGAZINE_DATA": str(tmp_path)} | changes
    environment = {name: value for name, value in environment.items() if value}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_production_settings_leave_no_warning(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize("missing", ["MAGAZINE_SECRET_KEY", "MAGAZINE_SITE_URL"])
def test_production_does_not_start_on_a_guess(tmp_path, missing):
    done = manage(tmp_path, "check", **{missing: ""})
    assert done.returncode != 0
    assert f"Set {missing}" in done.stderr


def test_production_does_not_start_with_a_bank_of_the_demonstration(tmp_path):
    done = manage(tmp_path, "check", MAGAZINE_DEMO_PROVIDER="1")
    assert done.returncode != 0
    assert "MAGAZINE_DEMO_PROVIDER takes no money" in done.stderr


def test_production_cookies_are_for_this_host_and_secure_lines_alone(tmp_path):
    names = "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE DEBUG DEMO_BANK"
    code = f"from django.conf import settings as s; print([getattr(s, n) for n in {names.split()}])"
    done = manage(tmp_path, "shell", "--verbosity", "0", "-c", code)
    assert done.stdout.strip() == "['__Host-session', '__Host-csrf', True, True, False, False]"
