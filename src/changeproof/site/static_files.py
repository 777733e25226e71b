"""Static files out of the installed package, before Django: nothing has to be collected first."""

import gzip
from typing import Any

from asgiref.typing import ASGISendCallable, HTTPScope
from whitenoise.middleware import WhiteNoiseMiddleware

_HEADERS = [
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"vary", b"accept-encoding"),
]
_TEXT = (".css", ".js", ".svg", ".json")
"""What compression makes smaller: a first visit on a slow line waits for little else."""


class StaticFiles:
    """What the finders found when the server started; files are small and read on demand."""

    def __init__(self) -> None:
        # WhiteNoise knows types, ETags and ranges; only its way into Django is left out, because
        # that takes a thread for each file.
        self._files: dict[str, Any] = WhiteNoiseMiddleware().files
        self._compressed: dict[str, bytes] = {}

    async def answered(self, scope: HTTPScope, send: ASGISendCallable) -> bool:
        """Answer if the path is a static file's."""
        file = self._files.get(scope["path"])
        if file is None:
            return False
        asked = {
            f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
            for name, value in scope["headers"]
        }
        response = file.get_response(scope["method"], asked)
        body = b""
        if response.file is not None:
            with response.file as opened:
                body = opened.read()
        headers = [(name.lower().encode(), value.encode()) for name, value in response.headers]
        if response.status == 200 and body and _takes_gzip(scope["path"], asked):
            body = self._small(scope["path"], body)
            headers = [each for each in headers if each[0] != b"content-length"]
            headers += [
                (b"content-length", str(len(body)).encode()),
                (b"content-encoding", b"gzip"),
            ]
        await send(
            {
                "type": "http.response.start",
                "status": int(response.status),
                "headers": [*headers, *_HEADERS],
                "trailers": False,
            }
        )
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return True

    def _small(self, path: str, body: bytes) -> bytes:
        """The same every time, and made once."""
        if path not in self._compressed:
            self._compressed[path] = gzip.compress(body, mtime=0)
        return self._compressed[path]


def _takes_gzip(path: str, asked: dict[str, str]) -> bool:
    offered = (each.strip().lower() for each in asked.get("HTTP_ACCEPT_ENCODING", "").split(","))
    return path.endswith(_TEXT) and any(
        each == "gzip" or (each.startswith("gzip;") and not each.endswith("q=0"))
        for each in offered
    )
