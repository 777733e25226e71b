"""What the environment says, and what follows for cookies, hosts, mail and database."""

import json
import os
import subprocess
import sys

import pytest

from changeproof.ledger.instance import create_instance
from changeproof.site.mail import mail_settings
from changeproof.site.surroundings import database_settings, instance_at, reach

ASKED = """
import json, django
from django.conf import settings
django.setup()
print(json.dumps({name: str(getattr(settings, name)) for name in %r}))
"""


def settings_with(names, directory, **environment):
    """The settings as a fresh process reads them."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED % (names,)],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "changeproof.site.settings",
            "CHANGEPROOF_DATA": str(directory),
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_without_an_instance_settings_import_and_touch_no_disk(tmp_path):
    told = settings_with(["DATABASES", "INSTANCE", "SESSION_COOKIE_SECURE"], tmp_path / "none")
    assert ":memory:" in told["DATABASES"]
    assert (told["INSTANCE"], told["SESSION_COOKIE_SECURE"]) == ("None", "False")
    assert not list(tmp_path.iterdir())


def test_behind_https_cookies_are_secure_and_stay_so(tmp_path):
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS",
             "SESSION_COOKIE_NAME", "CSRF_TRUSTED_ORIGINS",
             "SECURE_HSTS_INCLUDE_SUBDOMAINS", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"]  # fmt: skip
    told = settings_with(names, tmp_path, CHANGEPROOF_URL="https://changes.example.com/")
    assert told["SESSION_COOKIE_SECURE"] == told["CSRF_COOKIE_SECURE"] == "True"
    assert int(told["SECURE_HSTS_SECONDS"]) >= 365 * 86_400
    assert told["SECURE_HSTS_INCLUDE_SUBDOMAINS"] == "True"
    assert "changes.example.com" in told["ALLOWED_HOSTS"]
    assert told["SESSION_COOKIE_NAME"] == "__Host-session"
    assert told["CSRF_TRUSTED_ORIGINS"] == "['https://changes.example.com']"
    assert told["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] == "False"


def test_host_names(monkeypatch):
    monkeypatch.setenv("CHANGEPROOF_HOSTS", "one.example, two.example")
    assert reach().host_names == ("localhost", "127.0.0.1", "[::1]", "one.example", "two.example")
    assert not reach().https


def test_an_instance_is_a_file_that_survives_a_power_cut(tmp_path):
    held = create_instance(tmp_path)
    assert instance_at(tmp_path) == held
    told = database_settings(held)
    assert told["NAME"] == str(tmp_path / "changeproof.sqlite3")
    assert told["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in told["OPTIONS"]["init_command"]


def test_a_postgresql_address_is_read_whole(tmp_path):
    url = "postgresql://ada:p%40ss@db.example:6432/changes?sslmode=verify-full"
    told = database_settings(create_instance(tmp_path, database_url=url))
    assert told["ENGINE"] == "django.db.backends.postgresql"
    shown = [told[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]
    assert shown == ["changes", "ada", "p@ss", "db.example", "6432"]
    assert told["OPTIONS"] == {"sslmode": "verify-full"}


@pytest.mark.parametrize(
    ("address", "port", "tls", "starttls"),
    [
        ("smtp://u:p%20w@mail.example", 587, False, True),
        ("smtps://u:p%20w@mail.example", 465, True, False),
        ("smtp://u:p%20w@mail.example:2525", 2525, False, True),
    ],
)
def test_mail_is_sent_where_a_server_was_named(monkeypatch, address, port, tls, starttls):
    monkeypatch.setenv("CHANGEPROOF_SMTP", address)
    mail = mail_settings()
    assert (mail.port, mail.tls, mail.starttls, mail.password) == (port, tls, starttls, "p w")


def test_no_server_no_mail(monkeypatch):
    monkeypatch.delenv("CHANGEPROOF_SMTP", raising=False)
    assert not mail_settings().configured
