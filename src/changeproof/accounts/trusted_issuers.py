"""Whose word on identity a company takes: `issuers.yaml`, pinned and never fetched.

`people`: OpenID Connect providers that people sign in by, and which group of theirs gives which
role. `saml`: the same by SAML 2.0. `directory`: which group that is provisioned (SCIM) gives which.
`pipelines`: issuers of workload identity tokens (GitHub Actions, GitLab), so that a pipeline speaks
to the API without a stored secret. What is not in the file is not trusted.
"""

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import yaml
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from changeproof.accounts.holdings import EVERYWHERE, Holding
from changeproof.events.people import Role
from changeproof.events.refusal import Refusal

ISSUERS = "issuers.yaml"
LARGEST = 200_000
"""Bytes of the file."""
_MOST = 64
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def fetchable(url: str) -> str:
    """The address, if nobody on the way can change what comes from it. Raises ValueError."""
    parts = urlsplit(url)
    known = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not (known and parts.hostname) or parts.query or parts.fragment or parts.username:
        raise ValueError("an issuer is an https address without query, like https://id.example.com")
    return url


def reachable(url: str) -> str:
    """The address, if a browser may be sent there; with a query, too. Raises ValueError."""
    fetchable(url.partition("?")[0])
    return url


def _pattern(subject: str) -> str:
    if subject.split(":")[0].count("*") or ":" not in subject or "**" in subject:
        raise ValueError(
            "a subject begins with a word and a colon, and `*` stands for one part of it,"
            " like repo:acme/*:environment:production"
        )
    return subject


_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
_Word = Annotated[str, StringConstraints(min_length=1, max_length=400)]
_Issuer = Annotated[str, StringConstraints(max_length=300), AfterValidator(fetchable)]
_Domain = Annotated[str, StringConstraints(max_length=253, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
_Subject = Annotated[str, StringConstraints(max_length=400), AfterValidator(_pattern)]


class _Stated(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupRole(_Stated):
    """Members of `group` hold `role` on `system`; without one, on all."""

    group: _Word
    role: Role
    system: _Word | None = None

    @property
    def holding(self) -> Holding:
        return Holding(self.role, self.system or EVERYWHERE)


class Directory(_Stated):
    """Which group gives which role: all that is said of the directory that provisions (SCIM)."""

    roles: Annotated[tuple[GroupRole, ...], Field(max_length=500)] = ()

    def holdings(self, groups: frozenset[str]) -> frozenset[Holding]:
        """What membership of these groups gives. Groups are compared letter by letter."""
        return frozenset(each.holding for each in self.roles if each.group in groups)


class _Provider(Directory):
    """Whom people sign in by. `id` stands in its address here and in its account."""

    id: _Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class PeopleIssuer(_Provider):
    """A provider by OpenID Connect."""

    issuer: _Issuer
    client_id: _Word
    secret_file: Path | None = None
    secret_variable: _Word | None = None
    groups_claim: _Word = "groups"
    scopes: tuple[_Word, ...] = ("openid", "profile", "email")

    @property
    def account(self) -> str:
        """In whose name roles are given that its groups give."""
        return f"oidc:{self.id}"

    @model_validator(mode="after")
    def _one_secret_at_most(self) -> "PeopleIssuer":
        if self.secret_file is not None and self.secret_variable is not None:
            raise ValueError("a secret is in a file or in a variable, not in both")
        return self

    def secret(self) -> str:
        """The client's secret; empty for a public client (PKCE is always used). Raises Refusal."""
        try:
            if self.secret_variable is not None:
                return os.environ[self.secret_variable]
            return self.secret_file.read_text("utf-8").strip() if self.secret_file else ""
        except (KeyError, OSError, UnicodeDecodeError) as error:
            why = f"the secret of {self.id} cannot be read"
            raise _refused(why, "Set the variable, or let the server read the file.") from error


class SamlIssuer(_Provider):
    """A provider by SAML 2.0, its key pinned by a certificate in a file.

    SAML has no word for a verified address: the provider is believed within `domains` alone.
    """

    entity_id: _Word
    sign_in_address: Annotated[str, StringConstraints(max_length=300), AfterValidator(reachable)]
    certificate_file: Path
    domains: Annotated[tuple[_Domain, ...], Field(min_length=1, max_length=_MOST)]
    address_attribute: _Word = "email"
    name_attribute: _Word = "name"
    groups_attribute: _Word = "groups"

    @property
    def account(self) -> str:
        """In whose name roles are given that its groups give."""
        return f"saml:{self.id}"

    def speaks_for(self, address: str) -> bool:
        """Whether the address is in a domain of its own, and in none below that."""
        return address.rpartition("@")[2].lower() in self.domains

    def certificate(self) -> str:
        """The certificate that its assertions are signed by, PEM. Raises Refusal."""
        try:
            body = self.certificate_file.read_bytes()
            found = load_pem_x509_certificates(body)
        except (OSError, ValueError) as error:
            why = f"the certificate of {self.id} cannot be read"
            raise _refused(why, "Name a PEM file that the server can read.") from error
        if len(found) != 1:
            why = f"the file of {self.id} holds {len(found)} certificates"
            raise _refused(why, "Leave the one that signs now.")
        return found[0].public_bytes(Encoding.PEM).decode("ascii")


class PipelineIssuer(_Stated):
    """Tokens of `issuer` for `audience`, of a subject that fits and with all `claims`, act as
    `user` within `scopes`. Such a token decides nothing, whatever roles that user holds."""

    id: _Id
    issuer: _Issuer
    audience: _Word
    subjects: Annotated[tuple[_Subject, ...], Field(min_length=1, max_length=_MOST)]
    claims: Annotated[dict[_Word, _Word], Field(max_length=20)] = {}
    user: Annotated[str, StringConstraints(pattern=r"^([^@\s]+@[^@\s]+|local:user/[0-9]{1,18})$")]
    scopes: Annotated[tuple[Literal["ingest", "gate", "read"], ...], Field(min_length=1)]

    def fits(self, subject: str) -> bool:
        """Whether a token's subject is one of those pinned."""
        return any(pattern.fullmatch(subject) for pattern in self._patterns)

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        # `*` never crosses a colon or a slash: repo:acme/* is no other owner's repository, and
        # no other kind of run.
        return tuple(
            re.compile("[^:/]+".join(re.escape(part) for part in each.split("*")))
            for each in self.subjects
        )


class TrustedIssuers(_Stated):
    """All that is trusted; nobody by default."""

    version: Literal[1] = 1
    people: Annotated[tuple[PeopleIssuer, ...], Field(max_length=_MOST)] = ()
    saml: Annotated[tuple[SamlIssuer, ...], Field(max_length=_MOST)] = ()
    directory: Directory = Directory()
    pipelines: Annotated[tuple[PipelineIssuer, ...], Field(max_length=_MOST)] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "TrustedIssuers":
        signed_in_by = [*self.people, *self.saml]
        for named in ([each.id for each in signed_in_by], [each.id for each in self.pipelines]):
            if len(set(named)) != len(named):
                raise ValueError("two entries have the same id")
        return self

    def people_issuer(self, name: str) -> PeopleIssuer | None:
        return next((each for each in self.people if each.id == name), None)

    def saml_issuer(self, name: str) -> SamlIssuer | None:
        return next((each for each in self.saml if each.id == name), None)


def read_issuers(file: Path) -> TrustedIssuers:
    """The file's pins; none where there is no file. Raises Refusal naming what is wrong."""
    if not file.is_file():
        return TrustedIssuers()
    try:
        body = file.read_bytes()
        if len(body) > LARGEST:
            raise _refused(f"it has more than {LARGEST:,} bytes", "Name the right file.")
        return TrustedIssuers.model_validate(yaml.safe_load(body))
    except OSError as error:
        raise _refused("it cannot be read", "Let the server read it.") from error
    except yaml.YAMLError as error:
        raise _refused("it is no YAML", "Begin from docs/sign-in.md.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        told = first["msg"].removeprefix("Value error, ")
        raise _refused(f"{place}: {told}" if place else told, "Mend that entry.") from error


def _refused(why: str, cure: str) -> Refusal:
    return Refusal("The trusted issuers were not loaded.", where=ISSUERS, why=why, cure=cure)
