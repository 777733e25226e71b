"""What the environment says about this process: where the instance is, how it is reached."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from changeproof.accounts.trusted_issuers import ISSUERS, TrustedIssuers
from changeproof.alerts.fence import Network, networks
from changeproof.events.refusal import Refusal
from changeproof.ledger.instance import DESCRIPTION, Instance, read_instance

DEFAULT_DATA = Path("var/own")
OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")

# Every connection: readers never wait for the writer, and what is acknowledged is on the disk.
# Keys are hashes, so that each batch touches pages all over the indexes: 32 MiB of them are kept,
# and what several batches wrote (64 MiB) is carried from the WAL to its place in one go.
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    " PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=16000;"
)
_SQLITE_WAIT = 30  # seconds for the one writer's lock


@dataclass(frozen=True, slots=True)
class Reach:
    """How browsers reach the server; `url` is empty where nobody said."""

    url: str
    host_names: tuple[str, ...]

    @property
    def https(self) -> bool:
        return self.url.startswith("https://")


def data_directory() -> Path:
    """The instance's directory: `CHANGEPROOF_DATA`, else ./var/own."""
    return Path(os.environ.get("CHANGEPROOF_DATA") or DEFAULT_DATA).resolve()


def own_checks(directory: Path) -> Path:
    """The folder of the company's own checks: `CHANGEPROOF_CHECKS`, else `checks` in the data."""
    named = os.environ.get("CHANGEPROOF_CHECKS")
    return Path(named).resolve() if named else directory / "checks"


def own_mappings(directory: Path) -> Path:
    """The folder of the company's own mapped sources: `CHANGEPROOF_MAPPINGS`, else `mappings` in
    the data."""
    named = os.environ.get("CHANGEPROOF_MAPPINGS")
    return Path(named).resolve() if named else directory / "mappings"


def pinned_builders(directory: Path) -> Path:
    """The folder of builders whose signatures count: `CHANGEPROOF_BUILDERS`, else `builders` in
    the data."""
    named = os.environ.get("CHANGEPROOF_BUILDERS")
    return Path(named).resolve() if named else directory / "builders"


def trusted_issuers(directory: Path) -> Path:
    """The file of trusted identity providers: `CHANGEPROOF_ISSUERS`, else `issuers.yaml` in the
    data."""
    named = os.environ.get("CHANGEPROOF_ISSUERS")
    return Path(named).resolve() if named else directory / ISSUERS


def sign_in_providers(issuers: TrustedIssuers) -> dict[str, Any]:
    """allauth's description of the providers that people sign in by. Raises Refusal for a secret
    or a certificate that cannot be read."""
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": each.id,
                    "name": each.name,
                    "client_id": each.client_id,
                    "secret": each.secret(),
                    "settings": {
                        "server_url": each.issuer,
                        "scope": list(each.scopes),
                        "oauth_pkce_enabled": True,
                    },
                }
                for each in issuers.people
            ],
        },
        "saml": {
            "provider_class": "changeproof.accounts.saml.provider.AnswerToOurQuestion",
            "APPS": [
                {
                    "provider_id": each.id,
                    "name": each.name,
                    "client_id": each.id,
                    "settings": {
                        "idp": {
                            "entity_id": each.entity_id,
                            "sso_url": each.sign_in_address,
                            "x509cert": each.certificate(),
                        },
                        # Strict, and SHA-1 refused, are the library's own defaults.
                        "advanced": {"want_assertion_signed": True, "want_name_id": True},
                    },
                }
                for each in issuers.saml
            ],
        },
    }


def second_factor_from_everybody() -> bool:
    """`CHANGEPROOF_SECOND_FACTOR`: `everybody`, or nothing. Raises Refusal."""
    said = os.environ.get("CHANGEPROOF_SECOND_FACTOR", "")
    if said not in ("", "everybody"):
        raise Refusal(
            "The settings were not read.",
            where="CHANGEPROOF_SECOND_FACTOR",
            why=f"{said[:40]!r} is no word for it",
            cure="Write everybody, or leave it out: it is then offered to all, and asked for"
            " where somebody set one up or policy names a risk.",
        )
    return said == "everybody"


def watched_folder() -> tuple[Path, str | None] | None:
    """`CHANGEPROOF_WATCH_FOLDER`, and of which kind its files are; None where none is watched."""
    named = os.environ.get("CHANGEPROOF_WATCH_FOLDER")
    kind = os.environ.get("CHANGEPROOF_WATCH_KIND") or None
    return (Path(named).resolve(), kind) if named else None


def alert_networks() -> tuple[Network, ...]:
    """`CHANGEPROOF_ALERT_NETWORKS`: the networks inside which alerts may go. Raises Refusal."""
    named = os.environ.get("CHANGEPROOF_ALERT_NETWORKS", "")
    try:
        return networks(named)
    except ValueError as error:
        raise Refusal(
            "The settings were not read.",
            where="CHANGEPROOF_ALERT_NETWORKS",
            why=str(error),
            cure="Write networks with commas between, like 10.1.0.0/16, 192.168.7.20/32.",
        ) from error


def instance_at(directory: Path) -> Instance | None:
    """The instance there, or None where none was made yet. Raises Refusal for a broken one."""
    return read_instance(directory) if (directory / DESCRIPTION).exists() else None


def reach() -> Reach:
    """From `CHANGEPROOF_URL` and `CHANGEPROOF_HOSTS` (names with commas between)."""
    url = os.environ.get("CHANGEPROOF_URL", "").rstrip("/")
    named = [urlsplit(url).hostname or "", *os.environ.get("CHANGEPROOF_HOSTS", "").split(",")]
    return Reach(url, (*OWN_NAMES, *(name.strip() for name in named if name.strip())))


def database_settings(instance: Instance | None) -> dict[str, Any]:
    """Django's description of the instance's database; without an instance, one in memory."""
    if instance is None or instance.database_url is None:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:" if instance is None else str(instance.database_file),
            "CONN_MAX_AGE": None,  # as long as the thread lives (`site.kept_threads`)
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": _SQLITE_WAIT,
                "init_command": _SQLITE_PRAGMAS,
            },
        }
    return postgresql_settings(instance.database_url)


def postgresql_settings(url: str) -> dict[str, Any]:
    """The same for a PostgreSQL URL (libpq's form)."""
    from psycopg.conninfo import conninfo_to_dict  # with SQLite nobody waits for this driver

    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }
