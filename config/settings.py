"""Settings, all from the environment; safe by default (docs/operations.md lists every variable)."""

from pathlib import Path

from django.core.management.utils import get_random_secret_key

from config import environment as env
from config.launcher.places import postgres_folder
from config.launcher.postgres import database_url

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env.mode()
PRODUCTION = MODE == "production"
VAR = Path(env.text("BAUAKTE_VAR", str(BASE_DIR / "var"))).resolve()

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY") if PRODUCTION else env.secret_file(VAR / "secret_key", make=get_random_secret_key())
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1],testserver")
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", SITE_URL)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "viewflow",
    "viewflow.workflow",
    "procrastinate.contrib.django",
    "permits",
    "workflows",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.headers.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "permits.middleware.PlainAnswersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "permits.views.context.site",
            ],
        },
    }
]

# Without DATABASE_URL the site uses the embedded PostgreSQL, which `make run` and single commands start.
DATABASES = {"default": env.database(env.text("DATABASE_URL", None if PRODUCTION else database_url(postgres_folder())))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A flow waits this long for another person's action on the same case before the page says "someone is just editing".
FLOW_LOCK_TIMEOUT_MS = env.number("FLOW_LOCK_TIMEOUT_MS", 5000)
# A worker that has not been heard of for this long counts as dead, and its jobs go to another (three beats).
JOB_STALL_SECONDS = env.number("JOB_STALL_SECONDS", 30)

AUTH_USER_MODEL = "permits.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AXES_FAILURE_LIMIT = env.number("SIGN_IN_ATTEMPTS", 5)
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "permits.views.accounts.locked_out"
AXES_CLIENT_IP_CALLABLE = "permits.views.callers.caller_address"
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch")]  # English follows once every text has it: a page in two languages helps nobody
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Not those of the apps: viewflow's own front end is not used (and names files that it does not have).
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
# The character maps of PDF.js are compressed already, and fetched one by one, when a plan needs them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    *("bcmap", "br", "gif", "gz", "icc", "jpeg", "jpg", "pfb", "png", "ttf", "wasm", "webp", "woff", "woff2", "zip"),
]
STORAGES = {
    "default": {
        "BACKEND": "permits.storage.WholeFileStorage",
        "OPTIONS": {"location": VAR / "files", "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Layer snapshots are read by GDAL and so need a real path; several machines share or mirror this folder (ADR 3).
LAYER_ROOT = Path(env.text("LAYER_ROOT", str(VAR / "layers")))
# Packed files of reference data (zip, gz): files in an archive, bytes after unpacking.
IMPORT_ARCHIVE_FILES = env.number("IMPORT_ARCHIVE_FILES", 1_000)
IMPORT_ARCHIVE_BYTES = env.number("IMPORT_ARCHIVE_BYTES", 16 * 1024**3)
# Binding plans (XPlanGML), each: bytes after unpacking, objects, points (arcs as chords), files in the archive.
BINDING_PLAN_MAX_BYTES = env.number("BINDING_PLAN_MAX_BYTES", 500_000_000)
BINDING_PLAN_MAX_OBJECTS = env.number("BINDING_PLAN_MAX_OBJECTS", 500_000)
BINDING_PLAN_MAX_POINTS = env.number("BINDING_PLAN_MAX_POINTS", 20_000_000)
BINDING_PLAN_ARCHIVE_FILES = env.number("BINDING_PLAN_ARCHIVE_FILES", 1_000)
# Layers that are read live (PostGIS, WFS, OGC API Features); docs/howto/connect-a-live-source.md.
LAYER_SOURCES_FILE = env.text("LAYER_SOURCES_FILE", "")

MAX_UPLOAD_BYTES = env.number("MAX_UPLOAD_BYTES", 100_000_000)
MAX_CASE_BYTES = env.number("MAX_CASE_BYTES", 1_000_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Site plans: size of the file, then of what is in it; features and vertices count per plan.
SITE_PLAN_MAX_BYTES = env.number("SITE_PLAN_MAX_BYTES", 50_000_000)
SITE_PLAN_MAX_FEATURES = env.number("SITE_PLAN_MAX_FEATURES", 5_000)
SITE_PLAN_MAX_VERTICES = env.number("SITE_PLAN_MAX_VERTICES", 50_000)
SITE_PLAN_MAX_DEPTH = env.number("SITE_PLAN_MAX_DEPTH", 30)
SITE_PLAN_ARCHIVE_FILES = env.number("SITE_PLAN_ARCHIVE_FILES", 100)
SITE_PLAN_ARCHIVE_BYTES = env.number("SITE_PLAN_ARCHIVE_BYTES", 200_000_000)
# The process that reads DXF, IFC, GeoPackage and Shapefile: computing time and memory.
SITE_PLAN_SECONDS = env.number("SITE_PLAN_SECONDS", 30)
SITE_PLAN_MEMORY_BYTES = env.number("SITE_PLAN_MEMORY_BYTES", 1_500_000_000)
# Folder with layer maps of our own for drawings (TOML), tried before the built-in ones.
SITE_PLAN_LAYER_MAPS = env.text("SITE_PLAN_LAYER_MAPS", "")

EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "permits.mail.DemoMailBackend",
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=PRODUCTION)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Bauakte <noreply@bauakte.example>")

# The authority's key for sealing notices: a device (PKCS#11), a PFX file (at most "advanced"), or a demo key that is
# made once. Without a key, production issues no notice.
SEAL_LEVEL = env.text("SEAL_LEVEL", "demo")
SEAL_PFX = env.text("SEAL_PFX", "")
SEAL_PFX_PASSWORD = env.text("SEAL_PFX_PASSWORD", "")
SEAL_CHAIN = env.words("SEAL_CHAIN")
SEAL_TRUST_ROOTS = env.words("SEAL_TRUST_ROOTS")
SEAL_PKCS11_MODULE = env.text("SEAL_PKCS11_MODULE", "")
SEAL_PKCS11_TOKEN = env.text("SEAL_PKCS11_TOKEN", "")
SEAL_PKCS11_KEY = env.text("SEAL_PKCS11_KEY", "")
SEAL_PKCS11_PIN = env.text("SEAL_PKCS11_PIN", "")
# How far the proof goes (B-B, B-T, B-LT), and what it needs: a time-stamp server, revocation data.
SEAL_PROFILE = env.text("SEAL_PROFILE", "B-B")
SEAL_TIMESTAMP_URL = env.text("SEAL_TIMESTAMP_URL", "")
SEAL_TIMESTAMP_SECONDS = env.number("SEAL_TIMESTAMP_SECONDS", 10)
SEAL_REVOCATION_LISTS = env.words("SEAL_REVOCATION_LISTS")
SEAL_REVOCATION_FETCH = env.flag("SEAL_REVOCATION_FETCH", default=False)
# Signatures on documents that come in: folders with the roots that are trusted, and with revocation lists.
SIGNATURE_TRUST_FOLDER = env.text("SIGNATURE_TRUST_FOLDER", "")
SIGNATURE_REVOCATION_FOLDER = env.text("SIGNATURE_REVOCATION_FOLDER", "")
DEMO_SEAL_FOLDER = VAR / "seal"
AUDIT_SEAL_FOLDER = Path(env.text("AUDIT_SEAL_FOLDER", str(VAR / "audit-seals")))
FONT_FOLDER = Path(env.text("FONT_FOLDER", str(BASE_DIR / "static" / "dist" / "fonts")))
DEMO = env.flag("DEMO", default=not PRODUCTION)

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_WORKER_DEFAULTS = {
    "update_heartbeat_interval": JOB_STALL_SECONDS / 3,
    "stalled_worker_timeout": JOB_STALL_SECONDS,
}

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the address is unique, whatever its case: a constraint on lower(email), which the check does not see
    "security.W019",  # our own pages show plans and notices in frames; other sites cannot (Content-Security-Policy too)
]
CSRF_FAILURE_VIEW = "permits.views.pages.csrf_failure"
# Where the source of this installation can be had (AGPL, section 13).
SOURCE_URL = env.text("SOURCE_URL", "")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = False
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING")},
    # These tell every step at level INFO.
    "loggers": {name: {"level": "WARNING"} for name in ("fontTools", "pikepdf", "procrastinate", "weasyprint")}
    # These tell with a traceback what their answer says anyway: a file that somebody altered is no fault of ours.
    | {
        name: {"level": "CRITICAL"}
        for name in (
            "pyhanko.pdf_utils.reader",
            "pyhanko.sign.diff_analysis",
            "pyhanko.sign.validation",
            "pyhanko_certvalidator",
        )
    },
}
