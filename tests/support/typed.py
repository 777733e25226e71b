"""Commands as typed, each in a process of its own that is forked with the libraries loaded.

An interpreter that begins from nothing spends nine tenths of a short command on imports. Here one
server process has made those that read nothing of the environment; what is forked from it takes
its own directory, environment and streams, and runs the program's entry point to its exit status.
"""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

_SERVER = multiprocessing.get_context("forkserver")
# Nothing of `changeproof.cli`: its consoles are made, with their widths, when it is imported.
_SERVER.set_forkserver_preload(
    [
        "changeproof.accounts.trusted_issuers",
        "changeproof.audits.pack",
        "changeproof.checks.sqlite_engine",
        "changeproof.ledger.backup",
        "changeproof.sources.attestations.pins",
        "django.contrib.admin",
        "django.core.management",
        "django.db.backends.sqlite3.base",
        "django.test",
        "django_stubs_ext",
        "duckdb",
        "requests",
        "rich.progress",
        "rich.table",
        "typer",
    ]
)


def typed(
    place: Path, *words: str, said: dict[str, str] | None = None, columns: int = 40
) -> "subprocess.CompletedProcess[str]":
    """Run one command in `place`; of ours the environment names what is `said` alone."""
    kept = {name: text for name, text in os.environ.items() if "CHANGEPROOF" not in name}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    environment = {**kept, "COLUMNS": str(columns), **(said or {})}
    with TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("stdout", "stderr")]
        process = _SERVER.Process(target=_run, args=(place, words, environment, *streams))
        process.start()
        process.join()
        said_out, said_err = (stream.read_text() for stream in streams)
    assert process.exitcode is not None
    return subprocess.CompletedProcess(words, process.exitcode, said_out, said_err)


def _run(
    place: Path, words: tuple[str, ...], environment: dict[str, str], stdout: Path, stderr: Path
) -> None:
    """In the new process: become the command."""
    for number, stream in ((1, stdout), (2, stderr)):
        opened = os.open(stream, os.O_CREAT | os.O_WRONLY)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(place)
    sys.argv = ["changeproof", *words]
    from changeproof.cli.main import main

    try:
        main()
    finally:  # what an interpreter lets go of when it ends, a forked process leaves behind
        if "changeproof.site.settings" in sys.modules:
            from django.db import connections

            connections.close_all()
