"""Coroutines in tests, whatever else runs in this thread."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def in_a_thread(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Its result; in a thread of its own: the browser's tests keep a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
