"""Every word of a template goes through gettext, so that a page can be read in another language."""

import re
import struct
from importlib.resources import files
from pathlib import Path

import pytest
from django.test import override_settings

from tests.web.conftest import Company

TEMPLATES = Path(str(files("changeproof.web"))) / "templates"
SAID_ELSEWHERE = re.compile(
    r"\{#.*?#\}|<!--.*?-->"
    r"|\{% blocktranslate.*?endblocktranslate %\}"
    r"|\{% block live %\}.*?\{% endblock %\}"
    r"|<(svg|script|style|code|pre)\b.*?</\1>",
    re.DOTALL,
)
MARKS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|&#?\w+;", re.DOTALL)
READ_OUT = re.compile(
    r'\b(?:aria-label|aria-description|placeholder|title|alt|data-name)="([^"]*)"'
)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_word_of_a_template_stands_outside_gettext(path: Path) -> None:
    assert bare_words(path.read_text()) == []


def test_a_bare_word_is_seen() -> None:
    assert bare_words('<p title="Seen">{% translate "said" %} bare</p>') == ["Seen", "bare"]
    assert bare_words('<a href="{% url "here" %}">{{ page.name }}</a>: 3') == []


def bare_words(template: str) -> list[str]:
    """The words that people read or hear and that no `translate` holds."""
    plain = MARKS.sub("", SAID_ELSEWHERE.sub("", template))
    heard = [word for said in READ_OUT.findall(plain) for word in WORD.findall(said)]
    return heard + WORD.findall(TAG.sub(" ", plain))


def test_a_catalogue_of_another_language_is_read(company: Company, tmp_path: Path) -> None:
    said = {
        "Systems": "Systeme",
        "Search everything": "Alles durchsuchen",
        "<b>%(not_described)s</b> from sources, described by nobody.": (
            "<b>%(not_described)s</b> aus Quellen, von niemandem beschrieben."
        ),
    }
    place = tmp_path / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.mo").write_bytes(catalogue(said))
    with override_settings(LANGUAGE_CODE="de", LOCALE_PATHS=[tmp_path]):
        page = company.browse("requester").get("/systems").content.decode()
    assert "<h1>Systeme</h1>" in page
    assert "Alles durchsuchen" in page
    assert "aus Quellen, von niemandem beschrieben." in page
    assert "<h1>Systems</h1>" in company.browse("requester").get("/systems").content.decode()


def catalogue(said: dict[str, str]) -> bytes:
    """A compiled catalogue, as GNU gettext's manual lays it out ("The Format of GNU MO Files")."""
    said = {"": "Content-Type: text/plain; charset=UTF-8\n", **said}
    pairs = sorted((key.encode(), value.encode()) for key, value in said.items())
    begins = 28 + 16 * len(pairs)
    tables, text = [b"", b""], b""
    for column in (0, 1):
        for pair in pairs:
            tables[column] += struct.pack("<II", len(pair[column]), begins + len(text))
            text += pair[column] + b"\0"
    header = (0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, begins)
    return struct.pack("<7I", *header) + tables[0] + tables[1] + text
