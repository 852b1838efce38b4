"""One file of settings; values come from the environment and are safe when nothing is set.

Every variable is listed in ``docs/operating.md``. All state lives under ``DATA_DIR``.
"""

import base64
import hashlib
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP
from django.utils.module_loading import import_string
from environs import Env, validate
from js_asset import static_lazy

from newsroom.environment import drop_empty, folder, kept_secret_key, site_url
from newsroom.providers import PROVIDERS, chosen, frame_sources

env = Env()
drop_empty(
    *("DATABASE_URL", "PORT", "DEBUG", "LOG_LEVEL", "PAGE_STORE_BYTES", "UPLOAD_SECONDS"),
    *("COUNT_FOLLOWS", "LINK_CHECKS_PER_HOUR"),
)

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = folder(Path(env.str("DATA_DIR", "") or BASE_DIR / "var").resolve())

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret_key(DATA_DIR / "secret-key")

HOST = env.str("HOST", "") or "127.0.0.1"
PORT = env.int("PORT", 8000, validate=validate.Range(1, 65535))
# Listening on every address is no address that a reader could type.
NAME = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(HOST, HOST)  # noqa: S104
NAME = f"[{NAME}]" if ":" in NAME else NAME
SITE_URL = site_url((env.str("SITE_URL", "") or f"http://{NAME}:{PORT}").rstrip("/"))
SITE_HOST = urlsplit(SITE_URL).hostname
ALLOWED_HOSTS = [
    f"[{SITE_HOST}]" if ":" in SITE_HOST else SITE_HOST,
    *("localhost", "127.0.0.1", "[::1]"),
    *filter(None, env.list("ALLOWED_HOSTS", [])),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "newsroom",
    "articles",
    "taggit",
    "django_prose_editor",
    "js_asset",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",  # its types for the search index; on SQLite it does nothing
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "newsroom.static.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {  # What readers see. Jinja2: half of Django's cost for a page of cards (docs/architecture.md).
        "NAME": "public",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "public"],
        "OPTIONS": {"environment": "articles.public.environment.environment"},
    },
    {  # What the desk sees.
        "NAME": "desk",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# SQLite before 3.51.3 can corrupt a WAL database when two connections write and checkpoint at the
# same instant, so the rollback journal is used there (https://sqlite.org/wal.html#walresetbug).
SQLITE_JOURNAL = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'newsroom.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Opening it and setting its pragmas costs as much as three queries; but an open connection
    # would not notice that another file was put in its place.
    DATABASES["default"]["CONN_MAX_AGE"] = 5  # seconds
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds a writer waits for its turn
        "init_command": f"PRAGMA journal_mode={SQLITE_JOURNAL}; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60  # seconds
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    if DATABASES["default"]["ENGINE"].endswith("postgresql"):
        DATABASES["default"]["ENGINE"] = "newsroom.postgresql"  # Django's, with an end to waiting
        # A connection whose other end is gone is noticed within ten seconds, and so is its return.
        DATABASES["default"]["OPTIONS"] = {
            "connect_timeout": 3,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            "tcp_user_timeout": 9_000,  # milliseconds
        } | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

PAGE_STORE_DIR = DATA_DIR / "pages"
PAGE_STORE_BYTES = env.int("PAGE_STORE_BYTES", 1024**3)
CDN_PURGE_URL = env.str(
    "CDN_PURGE_URL",
    "",
    validate=validate.Regexp(r"https?://.|$", error="It begins with http:// or https://."),
)
UPLOAD_SECONDS = env.float("UPLOAD_SECONDS", 20)  # and one more for each 32 kB
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

# Whether pages say how often their Interesting lines are followed: numbers, never who.
COUNT_FOLLOWS = env.bool("COUNT_FOLLOWS", True)
# Addresses of other sites that are asked whether they are still there; 0 for none.
LINK_CHECKS_PER_HOUR = env.int("LINK_CHECKS_PER_HOUR", 0)

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# At the root: a service worker may answer for what lies below its own address only.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# What is made of a picture; no other size exists. ``ratio`` is width to height (None: the whole of
# it, else a cut around the focal point), ``sizes`` the room it has in the layout, where a template
# says nothing else. A picture is never enlarged. What ``moves`` shows an animation as one; what is
# made ``ahead`` is there soon after the upload, all else when it is asked for.
RENDITIONS = {
    "card": {
        "ratio": (3, 2),
        "widths_px": (320, 720, 960),
        "sizes": "(min-width: 80em) 19.1rem, (min-width: 60em) 24vw, (min-width: 40em) 44vw, 92vw",
    },
    "lead": {
        "ratio": (3, 2),
        "widths_px": (480, 720, 1200, 1600),
        "sizes": "(min-width: 80em) 51rem, (min-width: 60em) 65vw, (min-width: 40em) 92vw, 100vw",
        "moves": True,
    },
    "body": {
        "ratio": None,
        "widths_px": (480, 800, 1280),
        "sizes": "(min-width: 42em) 36rem, 86vw",
        "moves": True,
    },
    "portrait": {"ratio": (1, 1), "widths_px": (96, 192), "sizes": "6rem", "ahead": False},
    "share": {
        "ratio": (1200, 630),
        "widths_px": (1200,),
        "sizes": "1200px",
        "formats": ("jpg",),
        "ahead": False,
    },
}
# Files and folders of fonts for share pictures, looked at before the system's own.
SHARE_FONTS = env.list("SHARE_FONTS", [])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

TAGGIT_CASE_INSENSITIVE = True


def named(path):
    """The function at ``path``, imported when it is called: settings come before all else."""
    return lambda *args: import_string(path)(*args)


# Own nodes of the editor: their script, and what the sanitiser lets through for them.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy("desk/interesting.js")],
        "extensions": {"Interesting": named("articles.body.extensions.allow_interesting")},
    },
    {
        "js": [static_lazy("desk/article-link.js")],
        "extensions": {"ArticleLink": named("articles.body.extensions.allow_article_link")},
    },
    {
        "js": [static_lazy("desk/picture.js")],
        "extensions": {"Picture": named("articles.body.extensions.allow_picture")},
    },
    {
        "js": [static_lazy("desk/gallery.js")],
        "extensions": {"Gallery": named("articles.body.extensions.allow_gallery")},
    },
    {
        "js": [static_lazy("desk/table.js")],
        "extensions": {"Table": named("articles.body.extensions.allow_table")},
    },
    {
        "js": [static_lazy("desk/footnote.js")],
        "extensions": {"Footnote": named("articles.body.extensions.allow_footnote")},
    },
    {
        "js": [static_lazy("desk/pull-quote.js")],
        "extensions": {"PullQuote": named("articles.body.extensions.allow_pull_quote")},
    },
    {
        "js": [static_lazy("desk/embed.js")],
        "extensions": {"Embed": named("articles.body.extensions.allow_embed")},
    },
    {  # how the editor reads a stored text; it adds nothing to what a body may hold
        "js": [static_lazy("desk/exact.js")],
        "extensions": {"Exact": lambda config, allowed: None},
    },
]

# Whose things may stand in a story; nothing of theirs is loaded before a reader asks for it.
EMBED_PROVIDERS = chosen(env.list("EMBED_PROVIDERS", list(PROVIDERS)))

IS_HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # the newsroom owns one host, not its siblings
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
# The one script within pages: the chosen colours cannot wait for another file. Named by its hash,
# for public pages are stored and the same for everyone, so they hold no nonce; the desk's have one.
_THEME = (BASE_DIR / "templates" / "public" / "_theme.js").read_bytes().removesuffix(b"\n")
THEME_HASH = base64.b64encode(hashlib.sha256(_THEME).digest()).decode()
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE, f"'sha256-{THEME_HASH}'"],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "object-src": [CSP.NONE],
    "frame-src": frame_sources(EMBED_PROVIDERS) or [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # see SECURE_HSTS_INCLUDE_SUBDOMAINS
    "security.W021",  # preloading a host is its owner's decision
]
if not IS_HTTPS:  # plain HTTP is for a machine of one's own; SITE_URL=https://… turns all of it on
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]

LOGGING = {  # errors go to standard error, where a service manager finds them, whatever DEBUG says
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "newsroom.logs.Line",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "level": env.log_level("LOG_LEVEL", "WARNING"),
        },
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"]},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # The comings and goings of the background worker; tasks that fail are django.tasks' news.
        "django_tasks_db": {"handlers": ["nowhere"], "propagate": False},
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o644
