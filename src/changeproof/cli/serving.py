"""One process that serves pages, API and webhooks, and judges what comes in."""

import asyncio
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from changeproof import __version__
from changeproof.cli.addresses import remember_address
from changeproof.cli.controls_beside import left_beside
from changeproof.cli.output import print_answer, stderr
from changeproof.events.refusal import Refusal

if TYPE_CHECKING:
    from changeproof.intake.folder import WatchedFolder
    from changeproof.ledger.service import Ledger

HOST = "127.0.0.1"


def run_server(ledger: "Ledger", port: int, host: str = HOST, *, as_json: bool = False) -> None:
    """Serve until interrupted. Raises Refusal when the port is taken."""
    _refuse_taken_port(host, port)
    from changeproof.accounts.group_roles import record_pinned_roles
    from changeproof.accounts.links import create_sign_in_link
    from changeproof.accounts.people import join_users_of_before, operator
    from changeproof.intake.jobs import replay_after_upgrade
    from changeproof.workflow.controls import record_initial_controls

    folder = _watched_folder()
    replay_after_upgrade(ledger, __version__)
    record_pinned_roles(ledger)
    join_users_of_before()
    record_initial_controls(ledger)  # an instance of an earlier version has none on record
    address = f"http://localhost:{port}"  # passkeys work under a name, not under a number
    remember_address(ledger, address)
    link = create_sign_in_link(operator(), address)
    kind = "demonstration data" if ledger.instance.demonstration else ledger.instance.profile
    words = f"Changeproof ({kind}) at {address}\nSign in once with {link}"
    told = {"address": address, "holds": kind, "sign_in": link}
    print_answer(told, words, as_json=as_json)
    sys.stdout.flush()  # a program waits for it
    if left_beside(ledger):
        stderr.print(
            f"[bold]Look at this:[/] {left_beside(ledger)}", highlight=False, soft_wrap=True
        )
    stderr.print(f"Serving {_place(ledger)}. Stop with Ctrl-C.", highlight=False, soft_wrap=True)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(host, port, folder))


def _watched_folder() -> "WatchedFolder | None":
    """The folder that the environment names. Raises Refusal for one that cannot be watched."""
    from django.conf import settings

    from changeproof.intake.folder import WatchedFolder

    if settings.WATCHED_FOLDER is None:
        return None
    watched = WatchedFolder(*settings.WATCHED_FOLDER)
    stderr.print(
        f"Files in {settings.WATCHED_FOLDER[0]} are taken in.", highlight=False, soft_wrap=True
    )
    return watched


def _place(ledger: "Ledger") -> str:
    """The data, and what waits there to be judged."""
    entries, waiting = ledger.log.size(), ledger.waiting()
    backlog = f"{waiting:,} to be judged first" if waiting else "nothing waits to be judged"
    return f"{ledger.instance.directory} ({entries:,} log entries; {backlog})"


async def _serve(host: str, port: int, folder: "WatchedFolder | None") -> None:
    """The web server, the writer and the watch, until a signal comes."""
    from django.conf import settings
    from django.utils.module_loading import import_string
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from changeproof.checks.loader import load_checks
    from changeproof.intake.writer import stop_writer, when_taken
    from changeproof.monitor.watch import Watch

    watch = Watch(folder)
    when_taken(watch.wake)
    await asyncio.to_thread(watch.start)  # it asks the database, which the loop must not
    # The first page would otherwise wait a second for the checks to be read.
    reading = asyncio.create_task(asyncio.to_thread(load_checks))
    server = Server(
        import_string(settings.ASGI_APPLICATION),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        websockets=False,
    )
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    await reading
    server.stop()  # type: ignore[no-untyped-call]
    await asyncio.wait({serving}, timeout=10)
    await asyncio.to_thread(stop_writer)
    await asyncio.to_thread(watch.stop)


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(
                "The server was not started.",
                where=f"{host}:{port}",
                why="another program listens there",
                cure=f"Stop it, or choose another port: changeproof serve --port {port + 1}",
            ) from error
