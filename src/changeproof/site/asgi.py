"""The server's one entry: webhooks and static files before Django, everything else in it."""

import os
from importlib import import_module
from typing import Any

import django
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changeproof.site.settings")
django.setup(set_prefix=False)

from changeproof.site.headers import answers_beside_django  # noqa: E402 - settings come first
from changeproof.site.kept_threads import KeptThreads  # noqa: E402
from changeproof.site.static_files import StaticFiles  # noqa: E402

_django = KeptThreads()
_static = StaticFiles()
_told = answers_beside_django()
WEBHOOKS = "/webhooks/"


def _webhooks() -> Any:
    return import_module("changeproof.api.webhooks").handle  # loaded with the first delivery


def _telling(send: ASGISendCallable) -> ASGISendCallable:
    """Adds what a browser is told with every answer, where Django does not answer."""

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *_told]}
        await send(message)

    return sending


async def _live(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer the server's start and stop; what runs beside it is begun by `changeproof serve`."""
    while True:
        if (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """A webhook takes the short road: Django's middleware would cost ten times its work."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    if scope["type"] == "http":
        if scope["path"].startswith(WEBHOOKS):
            await _webhooks()(scope, receive, _telling(send))
            return
        if await _static.answered(scope, _telling(send)):
            return
    await _django(scope, receive, send)
