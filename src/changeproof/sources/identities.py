"""Who wrote a commit: accounts for git authors, told apart from bots, agents and services.

Names and addresses never leave this module: a git author becomes a pseudonym (DESIGN.md
section 4, rule 5), GitHub's private addresses become the numeric account they carry. Whatever
a git author says of themselves is a claim; so is the kind that is read from it.
"""

import re
from typing import NamedTuple

from changeproof.events.event import AccountId, AccountKind
from changeproof.sources.delivery import Pseudonyms

GHOST = 10137
"""GitHub's stand-in for deleted accounts: nobody in particular (hard case 53)."""

_NUMBERED = re.compile(r"([0-9]{1,15})\+([^@\s]+)@users\.noreply\.github\.com", re.ASCII)
_UNNUMBERED = re.compile(r"([^@\s+]+)@users\.noreply\.github\.com")

_GITLAB_NUMBERED = re.compile(
    r"([0-9]{1,15})-[^@\s]+@users\.noreply\.(?!github\.com)([a-z0-9.-]{1,250})", re.ASCII
)
"""GitLab's private addresses (GitLab user documentation, "private commit email")."""

_KNOWN_LOGINS = {
    "dependabot[bot]": 49699333,
    "dependabot-preview[bot]": 27856297,
    "github-actions[bot]": 41898282,
    "renovate[bot]": 29139614,
    "pre-commit-ci[bot]": 66853113,
}
"""Apps that also commit under an address without their number."""

DEPENDENCY_BOTS = frozenset(
    f"github:user/{_KNOWN_LOGINS[login]}"
    for login in ("dependabot[bot]", "dependabot-preview[bot]", "renovate[bot]")
)
"""Whose pull requests update dependencies: by number, for a name is anybody's to take."""

_AGENT_LOGIN = re.compile(
    r"(?:copilot|copilot-swe-agent(?:\[bot\])?|claude\[bot\]|anthropic-code-agent\[bot\]"
    r"|devin-ai-integration\[bot\]|google-labs-jules\[bot\]|chatgpt-codex-connector\[bot\]"
    r"|openai-code-agent\[bot\]|gemini-code-assist\[bot\]|cursor\[bot\]|cursoragent"
    r"|sweep-ai\[bot\]|coderabbitai\[bot\]|amazon-q-developer\[bot\])",
    re.IGNORECASE,
)
_AGENT_ADDRESSES = frozenset(
    {
        "noreply@anthropic.com",
        "claude@anthropic.com",
        "copilot@github.com",
        "cursoragent@cursor.com",
        "codex@openai.com",
        "noreply@openai.com",
        "noreply@aider.chat",
        "amp@ampcode.com",
        "noreply@opencode.ai",
    }
)
_BOT_ADDRESSES = frozenset(
    {
        "gobot@golang.org",
        "gopherbot@golang.org",
        "letsusegerrit@gmail.com",
        "github-bot@pyup.io",
        "bot@renovateapp.com",
        "bot@pyup.io",
        "support@dependabot.com",
        "hosted@weblate.org",
        "noreply@weblate.org",
        "action@github.com",
        "actions@github.com",
    }
)
_SERVICE_ADDRESSES = frozenset({"noreply@github.com", "noreply@gitlab.com"})
"""A forge's own committer, for what people press in its pages."""

_SERVICE_DOMAIN = ".gserviceaccount.com"
"""LUCI and other pipelines sign with a cloud service account."""

_BOT_LOCAL_PART = re.compile(r"(?:.*[-_.+])?(?:ro|go)?bot(?:\[bot\])?|.*\[bot\]", re.IGNORECASE)
_BOT_NAME = re.compile(
    r".*\[bot\]|.*\((?i:bot)\)|.*[ -](?:ro)?bot|"
    r"(?i:dependabot(?:-preview)?|renovate|greenkeeper|gopherbot|gopher robot|mergify|pyup|"
    r"github actions?|github-actions|pre-commit-ci|hosted weblate)"
)
"""`bot` as a last word only in lower case: Bot is also a surname."""


class Identity(NamedTuple):
    """An account, and what it presents itself as where that is no human."""

    account: AccountId | None
    kind: AccountKind | None


NOBODY = Identity(None, None)


def git_identity(name: str, address: str, pseudonyms: Pseudonyms) -> Identity:
    """The account of a git author, committer or trailer; NOBODY if both texts are blank.

    Never fails: a malformed address is hashed like any other, and where there is none the
    name is hashed in its place.
    """
    name = _plain(name)
    address = _plain(address).lower()
    if not name and not address:
        return NOBODY
    if numbered := _NUMBERED.fullmatch(address):
        number, login = int(numbered[1]), numbered[2]
        return Identity(f"github:user/{number}", _kind_of_login(login) or _kind_of(name, address))
    if on_gitlab := _GITLAB_NUMBERED.fullmatch(address):
        number, host = int(on_gitlab[1]), on_gitlab[2]
        return Identity(f"gitlab:{host}/user/{number}", _kind_of(name, address))
    if (unnumbered := _UNNUMBERED.fullmatch(address)) and unnumbered[1] in _KNOWN_LOGINS:
        return Identity(f"github:user/{_KNOWN_LOGINS[unnumbered[1]]}", "bot")
    return Identity(pseudonyms.account(address or f"name only: {name}"), _kind_of(name, address))


def github_identity(number: int, login: str, kind: str | None) -> Identity:
    """The account of a user as GitHub's payloads show one; a ghost is NOBODY."""
    if number == GHOST or login.lower() == "ghost":
        return NOBODY
    told = _kind_of_login(login)
    if told is None and kind == "Bot":
        told = "bot"
    return Identity(f"github:user/{number}", told)


def split_person(text: str) -> tuple[str, str]:
    """Name and address of `Name <address>`, as trailers write it; either may be blank."""
    name, opened, rest = text.partition("<")
    if opened:
        return name.strip(), rest.partition(">")[0].strip()
    text = text.strip()
    return ("", text) if "@" in text and " " not in text else (text, "")


def _kind_of_login(login: str) -> AccountKind | None:
    if _AGENT_LOGIN.fullmatch(login):
        return "agent"
    return "bot" if login.lower().endswith("[bot]") else None


def _kind_of(name: str, address: str) -> AccountKind | None:
    if address in _AGENT_ADDRESSES:
        return "agent"
    local, _, domain = address.partition("@")
    if address in _SERVICE_ADDRESSES or domain.endswith(_SERVICE_DOMAIN):
        return "service"
    if _AGENT_LOGIN.fullmatch(name) and name.lower().endswith("[bot]"):
        return "agent"
    if address in _BOT_ADDRESSES or _BOT_LOCAL_PART.fullmatch(local) or _BOT_NAME.fullmatch(name):
        return "bot"
    return None


def _plain(text: str) -> str:
    """Without what no database and no digest takes: NULs and lone surrogates."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.strip()
