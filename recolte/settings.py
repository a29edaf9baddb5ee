"""One settings file, driven by environment variables (each is explained in docs/settings.md)."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import platformdirs
from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent


def env(name: str, default: str = "") -> str:
    return os.environ.get(f"RECOLTE_{name}", default)


def env_list(name: str, default: str) -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


# The house, from the field to shared knowledge: each stage knows only the stages before it (proved in CI).
PIPELINE = [
    "community",
    "programme",
    "gatherings",
    "consent",
    "sources",
    "transcripts",
    "coding",
    "search",
    "comparison",
    "cards",
    "publishing",
    "accompaniment",
    "interchange",
]
FOUNDATIONS = ["ui", "jobs", "journal"]  # under every stage; `engine` lies below them and is no Django app

DATA = Path(env("DATA") or platformdirs.user_data_dir("recolte", appauthor=False)).expanduser().absolute()


def _secret_key() -> str:
    if key := env("SECRET_KEY"):
        return key
    path = DATA / "secret.key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = DATA / f".secret-{secrets.token_hex(4)}"
        with open(own, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(own, path)  # the first process wins; the others read what it wrote
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path.read_text().strip()


PUBLIC_SITE = Path(env("PUBLIC_SITE") or DATA / "public").expanduser().absolute()  # one folder a community
SECRET_KEY = _secret_key()
DEBUG = env("DEBUG") == "1"
SITE_URL = env("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
_https = SITE_URL.startswith("https:")
ALLOWED_HOSTS = env_list("HOSTS", f"{urlsplit(SITE_URL).hostname},localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
LIVE_URL = env("LIVE_URL")  # where browsers reach the live process; empty: polling only

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets' templates, of which ours take the place (ui/templates/django/)
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    *(f"recolte.{name}" for name in (*FOUNDATIONS, *PIPELINE)),
    "recolte.server",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "recolte.community.middleware.second_step_of_coordinators",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "recolte.ui.middleware.addresses_of_buttons",
]

ROOT_URLCONF = "recolte.urls"
WSGI_APPLICATION = "recolte.server.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recolte.ui.context.page",
            ],
            "builtins": ["recolte.ui.templatetags.dates"],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


# Data ----------------------------------------------------------------------------------------------------------------


def _database(url: str) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "recolte.ui.sqlite",
            "NAME": DATA / "recolte.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # secure_delete: what is withdrawn must leave no byte behind; NORMAL is durable enough only without WAL
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                " PRAGMA foreign_keys=ON; PRAGMA cache_size=-32768;",
            },
            "TEST": {"NAME": env("TEST_DATABASE") or ":memory:"},
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(env("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Sign-in limits must hold across processes, so the cache is the database's; and large, so that nobody pushes them out
# by asking for codes at many addresses.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "speech"]}}

MEDIA_STORE = Path(env("MEDIA") or DATA / "media")
SPEECH_MODEL = env("SPEECH_MODEL", "base")  # a local path, a hub name, or "base" from the package registry
SPEECH_MODELS = env_list("SPEECH_MODELS", "")  # others that one may choose for a job
SPEECH_PROCESSES = int(env("SPEECH_PROCESSES", str(os.cpu_count() or 1)))
SPEECH_DEVICE = env("SPEECH_DEVICE", "cpu")
SPEECH_COMPUTE_TYPE = env("SPEECH_COMPUTE_TYPE", "int8")
SPEECH_CHUNK_SECONDS = int(env("SPEECH_CHUNK_SECONDS", "120"))  # the shortest chunk; the longest is 2.5 times that
SPEECH_CACHE = Path(env("SPEECH_CACHE") or platformdirs.user_cache_dir("recolte", appauthor=False)).expanduser()
UPLOAD_LIMIT_MB = int(env("UPLOAD_LIMIT_MB", "4096"))
STAYS_KEPT_DAYS = int(env("STAYS_KEPT_DAYS", "30"))  # what people told for their lodging, after the gathering
FILE_UPLOAD_HANDLERS = ["recolte.sources.uploads.DiskUploadHandler"]
FILE_UPLOAD_TEMP_DIR = Path(env("UPLOAD_TEMP") or DATA / "uploads")  # /tmp is often memory, and small
DATA_UPLOAD_MAX_NUMBER_FILES = 500


# People --------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "community.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "recolte.community.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_FORMS = {
    "request_login_code": "recolte.community.forms.SignInForm",
    "confirm_login_code": "recolte.community.forms.CodeForm",
}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION = "none"  # receiving the code, or the invitation, is the verification
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no letter to an address that somebody made up
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _https else "http"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a letter when a second step came or went
# Wrong codes from one connection; those for one address, or at one second step, are counted by `community.tries`.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,60/h/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env("BEHIND_PROXY") == "1" else 0

# The second step: a passkey (which also signs in by itself), or codes of an authenticator; recovery codes with either.
SECOND_STEP_FOR_COORDINATORS = env("SECOND_STEP_FOR_COORDINATORS") == "1"
MFA_ADAPTER = "recolte.community.adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Récolte"
MFA_TOTP_TOLERANCE = 1  # of thirty seconds before and after: clocks drift, and people copy slowly (RFC 6238, 5.2)
MFA_FORMS = {
    "authenticate": "recolte.community.forms.SecondStepForm",
    "reauthenticate": "recolte.community.forms.ConfirmForm",
    "activate_totp": "recolte.community.forms.AuthenticatorForm",
    "add_webauthn": "recolte.community.forms.PasskeyForm",
}


def _email(url: str) -> dict[str, object]:
    """smtp://user:password@host:587 (STARTTLS), smtps://… (TLS), file:///folder, or nothing: printed on the console."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 20,
    }


globals().update(_email(env("EMAIL_URL")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM", "Récolte <recolte@localhost>")


# Words and times -----------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", "Europe/Paris")


# Pages ---------------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC") or DATA / "static")
_manifest = "recolte.ui.staticfiles.ModuleManifestStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else _manifest,
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF, *([LIVE_URL] if LIVE_URL else [])],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = LANGUAGE_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if _https else 0
# W005, W021: we speak for this host alone, its neighbours under the same domain are not ours to bind.
# E001: the folder of uploads is made with the database (`prepare`), not by looking at the settings.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "files.E001"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env("BEHIND_PROXY") == "1" else None
SESSION_COOKIE_AGE = 60 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"refusals": {"()": "recolte.server.log.RefusalInOneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
}
