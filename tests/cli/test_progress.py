"""Long work says that it goes on, on a terminal and in a log."""

import io
import threading

import pytest

from changeproof.cli import output


class Watched(io.StringIO):
    """A stream that says when a line was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def write(self, text: str) -> int:
        count = super().write(text)
        if "\n" in text:
            self.written.set()
        return count


def test_a_log_is_told_how_far_the_work_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Watched()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(output, "LINE_EVERY", 0.01)
    with output.progress("Reading") as advance:
        advance(1_500, 4_000)
        stream.written.clear()
        assert stream.written.wait(10)
    assert stream.getvalue().splitlines()[-1].startswith("Reading: 1,500 of 4,000, ")


def test_quick_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress("Reading") as advance:
        advance(1, 1)
    assert capsys.readouterr().err == ""
