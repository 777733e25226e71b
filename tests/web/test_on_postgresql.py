"""Pages on the other database: what they ask is understood there, and answered in order."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("on_postgresql.py")


def test_pages_are_read_on_postgresql(postgresql_database, tmp_path):
    directory = str(tmp_path / "instance")
    done = subprocess.run(
        [sys.executable, SCRIPT, directory, postgresql_database()],
        env={
            "PATH": os.environ["PATH"],
            "CHANGEPROOF_DATA": directory,
            "DJANGO_SETTINGS_MODULE": "changeproof.site.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "sound\n"), done.stderr[-3000:]
