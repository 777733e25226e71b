"""What pages of the documentation name is there: variables, and what a checklist rests on."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"CHANGEPROOF_[A-Z_]+")


def test_every_variable_is_documented():
    told = set(VARIABLE.findall((ROOT / "docs" / "settings.md").read_text()))
    read = {
        name for file in (ROOT / "src").rglob("*.py") for name in VARIABLE.findall(file.read_text())
    }
    assert read == told


def test_what_the_security_checklist_rests_on_is_there():
    told = (ROOT / "docs" / "security.md").read_text()
    named = set(re.findall(r"`((?:src|tests|requirements)/[^`\s]*)`", told))
    assert len(named) > 50
    assert not {name for name in named if not (ROOT / name).exists()}
    for row in (line for line in told.splitlines() if re.match(r"\| \d", line)):
        _, _, stands, shown = (cell.strip() for cell in row.strip("|").split(" | "))
        assert stands in {"met", "partly", "not met", "not ours"}, row
        assert shown, row
