"""Django's settings, all from the instance and a few names in the environment.

`CHANGEPROOF_DATA`   the instance's directory (default ./var/own)
`CHANGEPROOF_URL`    the address that browsers use; with https:// cookies are secure, HSTS is sent
`CHANGEPROOF_MAPPINGS` the folder of the company's own mapped sources (default `mappings` there)
`CHANGEPROOF_CHECKS` the folder of the company's own checks (default `checks` there)
`CHANGEPROOF_BUILDERS` the folder of pinned builders, keys and roots (default `builders` there)
`CHANGEPROOF_ISSUERS` the file of trusted identity providers (default `issuers.yaml` there)
`CHANGEPROOF_WATCH_FOLDER`, `CHANGEPROOF_WATCH_KIND` files that `serve` takes in, and their kind
`CHANGEPROOF_HOSTS`  further host names, commas between
`CHANGEPROOF_ALERT_NETWORKS` networks of our own into which alerts may go, commas between
`CHANGEPROOF_SMTP`   smtp://user:password@host:port; without it no mail is sent

Without an instance the settings still import (type checker, migrations): the database is one in
memory and the key is thrown away.
"""

import secrets
from typing import Any

import django_stubs_ext

from changeproof.accounts.trusted_issuers import read_issuers
from changeproof.checks.loader import use_own_checks
from changeproof.site.mail import mail_settings
from changeproof.site.surroundings import (
    alert_networks,
    data_directory,
    database_settings,
    instance_at,
    own_checks,
    own_mappings,
    pinned_builders,
    reach,
    second_factor_from_everybody,
    sign_in_providers,
    trusted_issuers,
    watched_folder,
)
from changeproof.sources.attestations.pins import use_pins
from changeproof.sources.mappings.own import use_own_mappings

django_stubs_ext.monkeypatch()

CHANGEPROOF_DATA = data_directory()
INSTANCE = instance_at(CHANGEPROOF_DATA)
REACH = reach()
WATCHED_FOLDER = watched_folder()
use_own_checks(own_checks(CHANGEPROOF_DATA))
use_own_mappings(own_mappings(CHANGEPROOF_DATA))
ISSUERS = read_issuers(trusted_issuers(CHANGEPROOF_DATA))
use_pins(pinned_builders(CHANGEPROOF_DATA))

SECRET_KEY = INSTANCE.django_key if INSTANCE else secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = list(REACH.host_names)

INSTALLED_APPS = [
    "changeproof.log",
    "changeproof.ledger",
    "changeproof.accounts",
    "changeproof.intake",
    "changeproof.alerts",
    "changeproof.monitor",
    "changeproof.workflow",
    "changeproof.audits",
    "changeproof.api",
    "changeproof.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # allauth's pages print how long ago
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "changeproof.site.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "changeproof.accounts.session_ends.SessionsEnd",
    "changeproof.site.doors.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "changeproof.site.factor_demanded.FactorDemanded",
    "django_htmx.middleware.HtmxMiddleware",
    "changeproof.web.sent_once.SentOnce",
    "changeproof.web.csv_tables.TablesAsCsv",
    "changeproof.web.reading_ahead.PagesInOneView",
]

ROOT_URLCONF = "changeproof.site.urls"
ASGI_APPLICATION = "changeproof.site.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The web room comes before allauth among the applications, so its sign-in pages win.
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "changeproof.web.frame_context.frame",
            ]
        },
    }
]

# -- storage -------------------------------------------------------------------------------

DATABASES = {"default": database_settings(INSTANCE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # out of the installed package: no step that collects them
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 60
WHITENOISE_ALLOW_ALL_ORIGINS = False

# -- who is there --------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "display_name")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip

ACCOUNT_ADAPTER = "changeproof.accounts.sign_in.SignInAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator entered the address
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if REACH.https else 0

SECOND_FACTOR_FROM_EVERYBODY = second_factor_from_everybody()
MFA_ADAPTER = "changeproof.accounts.sealing.SealedFactors"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Changeproof"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not REACH.https  # browsers allow it on localhost alone

SOCIALACCOUNT_ADAPTER = "changeproof.accounts.single_sign_on.SingleSignOn"
SOCIALACCOUNT_PROVIDERS = sign_in_providers(ISSUERS)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # the adapter joins by address, once and verified
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
# A form could not follow to another origin under our Content Security Policy, a link can.
SOCIALACCOUNT_LOGIN_ON_GET = True

# -- mail ----------------------------------------------------------------------------------

MAIL = mail_settings()
EMAIL_BACKEND = MAIL.backend
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = MAIL.starttls, MAIL.tls, 20
DEFAULT_FROM_EMAIL = MAIL.sender
ALERT_NETWORKS = alert_networks()

# -- the doors -----------------------------------------------------------------------------

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = REACH.https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [REACH.url] if REACH.url else []
# Without https no prefix: browsers refuse __Host- cookies that are not secure.
SESSION_COOKIE_NAME = "__Host-session" if REACH.https else "changeproof_session"
CSRF_COOKIE_NAME = "__Host-csrf" if REACH.https else "changeproof_csrf"

# What was said stays on the server: a cookie of its own would carry it about.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if REACH.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = REACH.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if REACH.https else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "changeproof.web.error_views.csrf_failure"

DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# GitHub sends 25 MiB at most, at once, and gives up after ten seconds itself.
WEBHOOK_BODY_SECONDS = 20.0

# -- words ---------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "changeproof.site.log_lines.JsonLines"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "lines"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Wrong host names and the like are somebody's scan, not our trouble.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        "httpx": {"level": "WARNING"},
        # They write the addresses that they send to, and those are secrets.
        "apprise": {"handlers": [], "propagate": False},
        "urllib3": {"level": "ERROR"},
    },
}
