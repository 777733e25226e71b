"""Static files out of the installed package, before Django: nothing has to be collected first."""

from typing import Any

from asgiref.typing import ASGISendCallable, HTTPScope
from whitenoise.middleware import WhiteNoiseMiddleware

_HEADERS = [(b"cross-origin-resource-policy", b"same-origin")]


class StaticFiles:
    """What the finders found when the server started; files are small and read on demand."""

    def __init__(self) -> None:
        # WhiteNoise knows types, ETags and ranges; only its way into Django is left out, because
        # that takes a thread for each file.
        self._files: dict[str, Any] = WhiteNoiseMiddleware().files

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
