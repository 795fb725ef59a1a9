"""The one settings file: a clone runs with none of these set, every difference comes from the environment.

``MAGAZINE_ENV=production`` switches the defaults from "a clone on my machine" to "the open network";
it then insists on the values that must not be guessed. ``docs/operations.md`` lists every variable.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """Return the environment's ``MAGAZINE_<name>``."""
    return os.environ.get(f"MAGAZINE_{name}", default)


def env_list(name: str, default: str = "") -> list[str]:
    """Return a comma-separated setting as a list without empty entries."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def required(name: str) -> str:
    """Return a setting that production cannot do without, or say which one is missing."""
    if value := env(name):
        return value
    raise ImproperlyConfigured(f"Set MAGAZINE_{name}: production does not start without it.")


PRODUCTION = env("ENV", "development") == "production"
DEBUG = not PRODUCTION and env("DEBUG", "0") == "1"

# Everything the program writes on disk, unless storage or database are elsewhere.
DATA_DIR = Path(env("DATA", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

# -- The magazine -------------------------------------------------------------

MAGAZINE_NAME = env("NAME", "Halyard")
MAGAZINE_TAGLINE = env("TAGLINE", "A fortnightly of politics, ideas and the made world")
MAGAZINE_CURRENCY = env("CURRENCY", "GBP")
# The labels of an issue are made from what is known on the last Thursday at least so many days before it.
MAGAZINE_PRINT_LEAD_DAYS = int(env("PRINT_LEAD_DAYS", "10"))
# TrueType files with further letters for labels (Chinese, Japanese, Korean), parted by “:”.
LABEL_FONTS = [path for path in env("LABEL_FONTS").split(":") if path]
# Where copies are posted from (two letters): its own name is left out of addresses.
MAGAZINE_COUNTRY = env("COUNTRY", "GB").upper()
# Staff cannot give back more than this alone, nor act on more people at once: somebody else has to agree.
# In each currency's smallest unit, as “GBP=20000 EUR=24000”; in a currency that is not named, any sum.
MAGAZINE_SECOND_PERSON_ABOVE = {
    currency: int(most)
    for currency, _equals, most in (
        limit.partition("=") for limit in env("SECOND_PERSON_ABOVE", "GBP=20000 EUR=24000 USD=25000").split()
    )
}
MAGAZINE_SECOND_PERSON_PEOPLE = int(env("SECOND_PERSON_PEOPLE", "500"))
# The address readers know: links in mail and feeds, and in-text links that are recognised as ours.
SITE_URL = (required("SITE_URL") if PRODUCTION else env("SITE_URL", "http://localhost:8000")).rstrip("/")
# Who sells, as it stands on invoices: lines parted by “|”. The number is left out where there is none.
IMPRINT = env("IMPRINT", f"{MAGAZINE_NAME} Press|4 Ropewalk|Tallow Bay")
VAT_NUMBER = env("VAT_NUMBER")
BANK_DETAILS = env("BANK_DETAILS", "Halyard Press, Bank of Tallow Bay, account 00 1842 77")
# A button that plays the bank confirming a transfer. Never on the open network.
DEMO_BANK = env("DEMO_BANK", "1") == "1" and not PRODUCTION
# A provider of card payments that is played by a page of our own.
DEMO_PROVIDER = env("DEMO_PROVIDER", "0" if PRODUCTION else "1") == "1"
if DEMO_PROVIDER and PRODUCTION:
    raise ImproperlyConfigured("MAGAZINE_DEMO_PROVIDER takes no money: production does not start with it.")

# Where podcast directories put the open feed: one of Apple's categories, and one within it after “|”.
PODCAST_CATEGORY = env("PODCAST_CATEGORY", "News|News Commentary").split("|")

# -- Paying by card -----------------------------------------------------------

STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY").strip()
# What Stripe signs its messages with. Without it anybody could tell us that they have paid.
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET").strip()
if STRIPE_SECRET_KEY and not STRIPE_WEBHOOK_SECRET:
    raise ImproperlyConfigured("Set MAGAZINE_STRIPE_WEBHOOK_SECRET: Stripe is not switched on without it.")
# A Stripe of our own, with pages that play the bank. It takes no money.
PRETEND_STRIPE = env("STRIPE") == "pretend"
if PRETEND_STRIPE and (PRODUCTION or STRIPE_SECRET_KEY):
    raise ImproperlyConfigured("MAGAZINE_STRIPE=pretend takes no money: not in production, not with a key.")

# -- Django -------------------------------------------------------------------

SECRET_KEY = (
    required("SECRET_KEY") if PRODUCTION else env("SECRET_KEY", "a clone's key, good for nothing but a clone")
)
ALLOWED_HOSTS = env_list("HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env_list("TRUSTED_ORIGINS")
ROOT_URLCONF = "magazine.urls"
WSGI_APPLICATION = "magazine.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "magazine.apps.DeskConfig",
    "magazine.apps.MagazineConfig",
    "allauth",
    "allauth.account",
    "csp",
    "django_prose_editor",
    "django_tasks",
    "django_tasks_db",
    "taggit",
    "accounts",
    "subscriptions",
    "articles",
    "editions",
    "audio",
    "advertising",
    "demo",
]

MIDDLEWARE = [
    "magazine.headers.PolicyMiddleware",
    "magazine.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "magazine.methods.KnownMethodsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "magazine.context.magazine",
                "articles.context.sections",
            ],
        },
    },
]

# -- Data ---------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'magazine.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # With these three, concurrent writers wait for each other instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }

# The rate limits of sign-in live in the cache, so every web process must share it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "magazine_cache",
        # Beyond this, entries are thrown out at random: no flood may wash the rate limits away.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "magazine.stylesheets.SiteStylesheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What is paid for: no address leads here, only views that ask first.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "private", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = not PRODUCTION
FILE_UPLOAD_HANDLERS = [
    "magazine.limits.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# -- People -------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Checks one password per attempt, whether the address is known or not; permissions are Django's own.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("subscriptions:account")
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.forms.LoginForm", "signup": "accounts.forms.SignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("TRUSTED_PROXIES", "0"))

# -- What is forgotten, and when (docs/privacy.md) ------------------------------

# Whoever asks for their account to be erased may change their mind for so many days.
PRIVACY_ERASURE_DAYS = int(env("PRIVACY_ERASURE_DAYS", "14"))
# For so many whole years the law wants invoices to name who paid, erased or not; “0”: it does not.
PRIVACY_INVOICE_YEARS = int(env("PRIVACY_INVOICE_YEARS", "6"))
# After so many days it is forgotten by itself; each can be set by MAGAZINE_PRIVACY_DAYS_<NAME>.
PRIVACY_DAYS = {
    name: int(env(f"PRIVACY_DAYS_{name.upper()}", str(days)))
    for name, days in {
        "desk_log": 1095,
        "feed_alarms": 365,
        "feed_visits": 7,
        "free_pieces": 90,
        "gift_links": 90,
        "gift_words": 400,
        "guest_links": 365,
        "import_rows": 30,
        "label_addresses": 180,
        "letters": 730,
        "looks": 365,
        "names_on_invoices": 0,
        "notes": 730,
        "old_addresses": 180,
        "places": 730,
        "provider_messages": 365,
        "seats": 365,
        "unproven_accounts": 30,
    }.items()
}

# The code of the offer that is named in the letter to whoever's gift ends; empty: the plans are.
GIFT_ENDING_OFFER = env("GIFT_ENDING_OFFER")

# -- Articles read aloud ------------------------------------------------------

# Where voices come from: functions that return those which can speak here. The first of a language is usual.
AUDIO_VOICES = ["audio.voices.command.voices", "audio.voices.piper.voices", "audio.voices.pico.voices"]
# Models of Piper (files ending in .onnx) that go before the one that is installed with the project.
AUDIO_VOICE_MODELS = env_list("VOICE_MODEL")
# A command that reads a sentence on its input and writes a WAV file (audio/voices/command.py).
AUDIO_COMMAND = env("AUDIO_COMMAND")
AUDIO_COMMAND_LANGUAGE = env("AUDIO_COMMAND_LANGUAGE", "en-gb")
# The sound of a sentence is kept so long after its last use: an edit then costs what it changed.
AUDIO_KEEP_TAKES_DAYS = int(env("AUDIO_KEEP_TAKES_DAYS", "30"))
# “0”: the worker makes no recordings by itself, only those that the desk asks for.
AUDIO_BY_ITSELF = env("AUDIO", "1") == "1"
# “1”: no issue is released before each of its pieces can be heard, or is exempt by name.
AUDIO_HOLDS_RELEASE = env("AUDIO_HOLDS_RELEASE", "0") == "1"
# What is not heard unless the house wants it: notes (read last), captions.
AUDIO_READS_NOTES = env("AUDIO_READS_NOTES", "0") == "1"
AUDIO_READS_CAPTIONS = env("AUDIO_READS_CAPTIONS", "0") == "1"
# The program for everything that is done with sound; found by itself where nothing is said.
AUDIO_FFMPEG = env("FFMPEG")

# -- Mail ---------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env("MAIL_FROM", f"{MAGAZINE_NAME} <letters@halyard.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if env("SMTP_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = env("SMTP_HOST")
    EMAIL_PORT = int(env("SMTP_PORT", "587"))
    EMAIL_HOST_USER = env("SMTP_USER")
    EMAIL_HOST_PASSWORD = env("SMTP_PASSWORD")
    EMAIL_USE_TLS = env("SMTP_TLS", "1") == "1"
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# -- Language and time --------------------------------------------------------

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = ["magazine.formats"]
TIME_ZONE = env("TIME_ZONE", "Europe/London")
USE_TZ = True

# -- Safety -------------------------------------------------------------------

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = env("SSL_REDIRECT", "1") == "1"
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if env("TRUSTED_PROXIES", "0") != "0":
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Public pages carry no inline script, style or handler, so one stored copy can serve everybody.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- The desk -----------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": MAGAZINE_NAME,
    "SITE_HEADER": MAGAZINE_NAME,
    "SITE_SUBHEADER": _("The desk"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "sailing",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")},
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "STYLES": [lambda request: static("desk/desk.css")],
    # The accent of the public pages (static/css/tokens.css) in the theme's steps, from pale to dark.
    "COLORS": {
        "primary": {
            "50": "#fdf5f2",
            "100": "#fbe8e1",
            "200": "#f6cdbf",
            "300": "#efaa94",
            "400": "#ff9a78",
            "500": "#e8795a",
            "600": "#9e2f17",
            "700": "#862711",
            "800": "#6d2110",
            "900": "#571c0f",
            "950": "#300d06",
        },
        "base": {
            "50": "#faf8f4",
            "100": "#f3f0e9",
            "200": "#e4dfd3",
            "300": "#cfc9bb",
            "400": "#a8a295",
            "500": "#66615a",
            "600": "#4f4b45",
            "700": "#3a3d41",
            "800": "#2b2e33",
            "900": "#16181b",
            "950": "#0e1012",
        },
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"console": {"()": "magazine.discretion.Discreet"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "console"}},
    # Django's own handlers would write what has not been through the formatter.
    "loggers": {
        "django": {"handlers": []},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
}
