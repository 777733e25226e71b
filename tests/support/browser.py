"""Where the system's Chromium is, and how a test starts it."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (  # a closed network answers none of these, and a test asks for none of them
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed_chromium() -> Path | None:
    """The first Chromium on the path; None where there is none."""
    found = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in found if path), None)


def arguments() -> list[str]:
    """Chromium's sandbox refuses to start as root, so there, and only there, it is off."""
    return [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
