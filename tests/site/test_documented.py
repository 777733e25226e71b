"""Every variable that the product reads is on the page that lists them."""

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
