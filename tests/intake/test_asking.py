"""Asking a system: its limits are kept, its no is final, and a secret goes nowhere else."""

import json
from typing import Any

import pytest

from changeproof.intake.clients.asking import LARGEST_REPLY, Asker, NotAnswered, Unreachable
from changeproof.intake.clients.paging import Paging, pages
from tests.support.protocol_server import Rests, serving


def asker(address: str, rests: Rests, **more: Any) -> Asker:
    return Asker(address, {}, rest=rests, now=lambda: 1_000_000_000.0, private_allowed=True, **more)


def test_a_limit_is_waited_for_as_the_system_states_it():
    answers = [
        (429, {"retry-after": "7"}, {}),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000000042"}, {}),
        (503, {}, {}),
        (200, {}, [1]),
    ]
    rests = Rests()
    with serving(lambda *_: answers.pop(0)) as address:
        assert asker(address, rests).get("x").body == b"[1]"
    assert rests.seconds == [7.0, 42.0, 4.0]


def test_patience_ends_and_says_so():
    rests = Rests()
    with serving(lambda *_: (500, {}, {})) as address, pytest.raises(Unreachable, match="500"):
        asker(address, rests).get("x")
    assert len(rests.seconds) == 5


def test_a_limit_of_hours_is_left_to_the_next_turn():
    rests = Rests()
    answer = (429, {"retry-after": "7200"}, {})
    with serving(lambda *_: answer) as address, pytest.raises(Unreachable, match="120 minutes"):
        asker(address, rests).get("x")
    assert rests.seconds == []


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418])
def test_a_no_is_final_and_has_a_cure(status):
    rests = Rests()
    with serving(lambda *_: (status, {}, {})) as address, pytest.raises(NotAnswered) as refused:
        asker(address, rests).get("x")
    assert refused.value.status == status
    assert refused.value.cure
    assert rests.seconds == []


def test_a_secret_goes_to_no_other_host():
    rests = Rests()
    away = {"location": "http://other.example.net/x"}
    with serving(lambda *_: (302, away, {})) as address:
        with pytest.raises(NotAnswered, match=r"leads away from 127\.0\.0\.1"):
            asker(address, rests).get("x")
        with pytest.raises(NotAnswered, match="leads away"):
            asker(address, rests).get("http://other.example.net/x")


def test_a_redirect_within_the_host_is_followed_and_a_circle_is_not():
    rests = Rests()

    def answer(path, query, headers):
        return (301, {"location": "/b"}, {}) if path == "/a" else (200, {}, {"at": path})

    with serving(answer) as address:
        assert json.loads(asker(address, rests).get("a").body) == {"at": "/b"}
    circle = (302, {"location": "/a"}, {})
    with serving(lambda *_: circle) as address, pytest.raises(NotAnswered, match="without an end"):
        asker(address, rests).get("a")


def test_our_own_network_is_asked_only_where_that_was_allowed():
    with serving(lambda *_: (200, {}, [])) as address:
        closed = Asker(address, {}, rest=Rests(), now=lambda: 0.0)
        with pytest.raises(NotAnswered, match="private network"):
            closed.get("x")


def test_a_reply_over_the_limit_is_refused_with_its_size():
    def answer(*_):
        return 200, {"content-length": str(LARGEST_REPLY + 2)}, b"[" * (LARGEST_REPLY + 2)

    with serving(answer) as address, pytest.raises(NotAnswered, match="52,428,800 bytes"):
        asker(address, Rests()).get("x")


def test_what_did_not_change_is_not_sent_again():
    seen = []

    def answer(path, query, headers):
        seen.append(headers.get("if-none-match"))
        return (304, {}, b"") if seen[-1] else (200, {"etag": '"1"'}, [1])

    with serving(answer) as address:
        here = asker(address, Rests())
        first = here.get("x")
        again = here.get("x", conditions={"if-none-match": first.headers["etag"]})
        assert (first.unchanged, again.unchanged, again.body) == (False, True, b"")
        assert seen == [None, '"1"']


def test_unchanged_to_a_request_without_a_condition_is_no_answer():
    with serving(lambda *_: (304, {}, b"")) as address, pytest.raises(NotAnswered) as refused:
        list(pages(asker(address, Rests()), "x", {}, Paging("link")))
    assert "304" in refused.value.why
