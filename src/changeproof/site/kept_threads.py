"""Django's handler, with threads that are kept, each with its connection to the database.

The framework makes a thread and a connection for each request, and hops between thread and event
loop twice within it. That costs a third of what most pages cost: SQLite reads the schema of two
hundred tables again, and whatever it held of the pages is gone.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

MOST_IDLE = 8
"""Threads that are kept while nobody asks; at most so many connections stay open for nothing."""


class KeptThreads(ASGIHandler):
    """Answers each request in one thread that has answered others; as many as are asked at once.

    All of ours is synchronous, views and middleware, so a request needs one hop into its thread.
    """

    def __init__(self) -> None:
        self._idle: list[ThreadPoolExecutor] = []  # the event loop's alone: nothing locks it
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002
        """Synchronous throughout, whatever the framework's own constructor asks for."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # The last that came back is the first to go out: its connection remembers most.
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, "page")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await super().__call__(scope, receive, send)
        finally:
            if len(self._idle) < MOST_IDLE:
                self._idle.append(thread)
            else:
                thread.submit(connections.close_all)
                thread.shutdown(wait=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The whole way through middleware and view, in this request's thread."""
        answer: Any = await sync_to_async(self.get_response, thread_sensitive=True)(request)
        response: HttpResponseBase = answer
        return response
