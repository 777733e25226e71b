"""What a commit message claims: pull requests, reviews, co-authors, reverts, tickets.

Only claims: anybody can write any of it (hard case 24). Trailers that give credit to a review
are read from the closing paragraphs alone, as git does; co-authors are read from anywhere,
because a squash leaves each commit's own trailers in the middle and a co-author that we miss
would count as independent (hard case 2).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_PULL_IN_TITLE = re.compile(r"\(#([0-9]{1,10})\)\s*$", re.ASCII)
_PULL_MERGED = re.compile(r"Merge pull request #([0-9]{1,10}) from \S", re.ASCII)
_MERGE_REQUEST = re.compile(r"^See merge request (\S{0,200}![0-9]{1,10})\s*$", re.ASCII | re.M)
_REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,64})\b")
_CHERRY_PICKED = re.compile(r"\(cherry picked from commit ([0-9a-f]{7,64})\)")
_CO_AUTHOR = re.compile(r"^co-authored-by:[ \t]*(\S.*?)[ \t\r]*$", re.IGNORECASE | re.M)
_TRAILER = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]+(\S.*?)\s*")
_TICKET = re.compile(r"(?<![A-Za-z0-9_./#-])([A-Z][A-Z0-9]{1,19})-([1-9][0-9]{0,8})(?![A-Za-z0-9])")
_NO_PROJECT = re.compile(
    "AES|ANSI|ASCII|BCP|BLAKE|CC|CHACHA|CP|CVE|CWE|DES|ECMA|EN|ES|FIPS|GH|GHSA|GO|GOST|GPL|HMAC|"
    "HTTP|IEC|IEEE|IP|IPV|ISO|JEP|KOI|LGPL|MD|MIT|MPEG|MS|NIST|OAUTH|OWASP|PEP|PKCS|PYSEC|RC|RFC|"
    "RIPEMD|RSA|RSASSA|SHA|SHAKE|SP|SOC|SQL|SSE|SSL|TLS|TOP|UCS|UTC|UTF|UTS|UUID|WCAG|WIN|XXX"
)
"""What is written like a ticket key and is a standard, an algorithm or a vulnerability."""

_TICKET_TRAILER = re.compile(
    "tickets?|issues?|jira|bug|fix(?:es)?|closes?|refs?|references|resolves|related-to|relates-to|"
    "part-of|task|story|change-request"
)
_MOST = 50
_MOST_CO_AUTHORS = 250
"""Claims of one sort that one event carries: together they fit the bound of section 4, rule 1,
whoever wrote the message. Translators of languages have had 229 co-authors in one commit."""


class Claims(NamedTuple):
    """What one message says; persons as they are written, `Name <address>`."""

    pull: str | None
    review: str | None
    change_id: str | None
    reviewers: tuple[str, ...]
    co_authors: tuple[str, ...]
    tickets: tuple[str, ...]
    reverts: tuple[str, ...]
    cherry_picked_from: tuple[str, ...]


def title_of(message: str) -> str:
    """The first line that says anything."""
    return message.lstrip().partition("\n")[0].rstrip()


def claims(message: str) -> Claims:
    """Read a whole commit message."""
    title = title_of(message)
    trailers = closing_trailers(message) if ":" in message else []
    reviewers, linked = [], []
    review = change_id = None
    for key, value in trailers:
        match key:
            case "reviewed-by":
                reviewers.append(value)
            case "reviewed-on":
                review = value[:500]
            case "change-id":
                change_id = value[:100]
            case _ if _TICKET_TRAILER.fullmatch(key):
                linked.append(value)
    return Claims(
        pull=_claimed_pull(title, message),
        review=review,
        change_id=change_id,
        reviewers=_once(reviewers) if reviewers else (),
        co_authors=_once(_CO_AUTHOR.findall(message), _MOST_CO_AUTHORS)
        if "-authored-" in message.lower()
        else (),
        tickets=ticket_keys(title, *linked) if linked or "-" in title else (),
        reverts=_once(_REVERTS.findall(message)) if "This reverts" in message else (),
        cherry_picked_from=_once(_CHERRY_PICKED.findall(message)) if "(cherry" in message else (),
    )


def ticket_keys(*texts: str) -> tuple[str, ...]:
    """Keys such as PAY-142 in short texts, in the order in which they stand."""
    return _once(
        f"{project}-{number}"
        for text in texts
        for project, number in _TICKET.findall(text)
        if not _NO_PROJECT.fullmatch(project)
    )


def closing_trailers(message: str) -> list[tuple[str, str]]:
    """(key in lower case, value) of the closing paragraphs that hold nothing but trailers.

    The last paragraph may begin with prose: people forget the blank line before Change-Id.
    """
    found: list[tuple[str, str]] = []
    lines = message.rstrip().split("\n")
    begin = len(lines)
    while True:
        end = begin
        while end and not lines[end - 1].strip():
            end -= 1
        begin = end
        while begin and lines[begin - 1].strip():
            begin -= 1
        if begin == 0:  # the title's paragraph
            return found
        paragraph, pure = _trailers(lines[begin:end])
        if not pure and end < len(lines):
            return found
        found[:0] = paragraph
        if not pure:
            return found


def _trailers(lines: list[str]) -> tuple[list[tuple[str, str]], bool]:
    """The trailers that end one paragraph, and whether there is nothing else in it."""
    found: list[tuple[str, str]] = []
    pure = True
    for line in lines:
        if match := _TRAILER.fullmatch(line):
            found.append((match[1].lower(), match[2]))
        elif line[0] in " \t" and found:
            key, value = found[-1]
            found[-1] = (key, f"{value} {line.strip()}")
        elif not (_CHERRY_PICKED.match(line) or not line.strip("- \t\r")):
            found, pure = [], False
    return found, pure


def _claimed_pull(title: str, message: str) -> str | None:
    if match := _PULL_MERGED.match(title) or _PULL_IN_TITLE.search(title):
        return str(match[1])
    if "See merge request" in message and (match := _MERGE_REQUEST.search(message)):
        return str(match[1])
    return None


def _once(values: Iterable[str], most: int = _MOST) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))[:most]
