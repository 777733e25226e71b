"""Every word of a page goes through gettext, so that it can be read in another language."""

import ast
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
WEB = Path(str(files("changeproof.web")))
SPOKEN = re.compile(r"[A-Z“](?!…)[^<>={}]* [^<>={}]*[.?!]?")
SAID_TO_PROGRAMS = re.compile(
    r"\b(SELECT|FROM|WHERE|JOIN|ORDER BY|IS NULL|IS NOT NULL|CASE|WHEN)\b|^[A-Z]+ *$"
)
TRANSLATING = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "_"}


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


def test_no_sentence_of_the_pages_python_stands_outside_gettext() -> None:
    bare = {
        str(path.relative_to(WEB)): said
        for path in sorted(WEB.rglob("*.py"))
        if (said := bare_sentences(path.read_text()))
    }
    assert bare == {}


def test_a_bare_sentence_is_seen() -> None:
    function = 'def told(name):\n    """Said to us."""\n    return '
    assert bare_sentences(function + '"Nothing is late."') == ["Nothing is late."]
    assert bare_sentences(function + 'f"Nothing of {name} is late."') == ["Nothing of … is late."]
    assert bare_sentences(function + 'gettext(f"Nothing of {name}.")') == ["Nothing of …."]
    assert bare_sentences(function + 'gettext("Nothing of %(name)s.") % {"name": name}') == []
    assert bare_sentences(function + '"Nothing"') == []


def bare_sentences(source: str) -> list[str]:
    """The sentences in functions that no call of gettext holds whole and as they are written."""
    tree = ast.parse(source)
    within = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for function in (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)):
        for node in (each for statement in function.body for each in ast.walk(statement)):
            above = within[node]
            if isinstance(above, ast.Expr | ast.JoinedStr):
                continue
            if isinstance(node, ast.JoinedStr):
                said = "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "…"
                    for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if isinstance(above, ast.Call) and ast.unparse(above.func) in TRANSLATING:
                    continue
                said = node.value
            else:
                continue
            if SPOKEN.fullmatch(said) and not SAID_TO_PROGRAMS.search(said):
                found.append(said)
    return found


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
