"""Long lists: each row once, and how one knows that it was all."""

import pytest

from changeproof.intake.clients.asking import Asker, NotAnswered
from changeproof.intake.clients.paging import Paging, pages
from tests.support.protocol_server import Rests, serving


def asker(address: str) -> Asker:
    return Asker(address, {}, rest=Rests(), now=lambda: 0.0, private_allowed=True)


ROWS = list(range(7))


def link(path, query, headers):
    place = int(query.get("page", "0"))
    more = {"link": f'</x?page={place + 3}>; rel="next"'} if place + 3 < len(ROWS) else {}
    return 200, more, ROWS[place : place + 3]


def offset(path, query, headers):
    place, size = int(query["at"]), int(query["n"])
    return 200, {}, {"rows": ROWS[place : place + size], "total": len(ROWS)}


def header(path, query, headers):
    place, size = int(query["at"]), int(query["n"])
    return 200, {"x-total-count": str(len(ROWS))}, {"rows": ROWS[place : place + size]}


def more(path, query, headers):
    place, size = int(query["at"]), int(query["n"])
    return 200, {}, {"rows": ROWS[place : place + size], "more": place + size < len(ROWS)}


def numbered(path, query, headers):
    place, size = (int(query["at"]) - 1) * int(query["n"]), int(query["n"])
    return 200, {}, ROWS[place : place + size]


def token(path, query, headers):
    place = int(query.get("next", "0"))
    following = {"next": str(place + 3)} if place + 3 < len(ROWS) else {}
    return 200, {}, {"rows": ROWS[place : place + 3], **following}


N = ("n", 3)


@pytest.mark.parametrize(
    ("answer", "paging", "ending"),
    [
        (link, Paging("link", size=N), "no next page"),
        (offset, Paging("offset", "rows", N, "at", total="total"), "total reached"),
        (header, Paging("offset", "rows", N, "at", "header:x-total-count"), "total reached"),
        (more, Paging("offset", "rows", N, "at", more="more"), "said to be the last"),
        (numbered, Paging("numbered", size=N, place="at"), "short page"),
        (token, Paging("token", "rows", N, "next"), "no next page"),
    ],
)
def test_every_way_of_paging_gives_each_row_once_and_says_how_it_knows(answer, paging, ending):
    with serving(answer) as address:
        found = list(pages(asker(address), "x", {}, paging))
    assert [row for page in found for row in page.rows] == ROWS
    assert [page.ending for page in found] == [None] * (len(found) - 1) + [ending]
    assert len(found) == (
        4 if ending == "short page" else 3
    )  # a short page may be all that is given


@pytest.mark.parametrize("style", ["offset", "token", "link"])
@pytest.mark.parametrize("body", [b"<html>", {"rows": 7}, b"7", b"null"])
def test_a_reply_without_the_list_is_refused(body, style):
    with serving(lambda *_: (200, {}, body)) as address, pytest.raises(NotAnswered):
        list(pages(asker(address), "x", {}, Paging(style, "rows", N, "at")))


def test_an_empty_list_is_a_list_where_pages_have_tokens_and_null_is_none_elsewhere():
    def answer(*_):
        return 200, {}, {"rows": None}

    with serving(answer) as address:
        [page] = pages(asker(address), "x", {}, Paging("token", "rows", N, "next"))
        assert page.rows == []
        with pytest.raises(NotAnswered):
            list(pages(asker(address), "x", {}, Paging("offset", "rows", N, "at")))


@pytest.mark.parametrize(
    ("total", "why"),
    [(7, "it states 7 rows and gave 3"), (5, "it grew shorter, from 7 to 5 rows")],
)
def test_a_list_that_ends_before_its_total_or_grows_shorter_is_refused(total, why):
    """What was taken out drew a row that was not read to a page that was."""

    def stops(path, query, headers):
        begun = query["at"] == "0"
        return 200, {}, {"rows": ROWS[:3] if begun else [], "total": 7 if begun else total}

    paging = Paging("offset", "rows", N, "at", total="total")
    with serving(stops) as address, pytest.raises(NotAnswered, match=why):
        list(pages(asker(address), "x", {}, paging))


def test_a_system_that_gives_fewer_rows_at_once_than_it_was_asked_for_is_read_to_its_end():
    def few(path, query, headers):
        place = (int(query["at"]) - 1) * 2
        return 200, {}, ROWS[place : place + 2]

    with serving(few) as address:
        found = list(pages(asker(address), "x", {}, Paging("numbered", size=N, place="at")))
    assert [row for page in found for row in page.rows] == ROWS


def test_a_row_that_was_taken_out_draws_none_onto_a_page_that_was_read():
    """Places are counted anew: what followed the page stands on it now, and was on neither."""
    rows, given = list(ROWS), []

    def shrinks(path, query, headers):
        place = int(query.get("page", "0"))
        given.append(place)
        told = rows[place : place + 3]
        more = {"link": f'</x?page={place + 3}>; rel="next"'} if place + 3 < len(rows) else {}
        if given == [0]:
            rows.remove(1)
        return 200, more, told

    with serving(shrinks) as address:
        found = list(pages(asker(address), "x", {}, Paging("link", size=N)))
    assert sorted(row for page in found for row in page.rows) == ROWS
    assert [page.ending for page in found][-1] == "no next page"


@pytest.mark.parametrize(
    ("paging", "answer", "why"),
    [
        (
            Paging("link", size=N),
            lambda *_: (200, {"link": '</x?page=1>; rel="next"'}, ROWS[:3]),
            "the same page twice",
        ),
        (
            Paging("link", size=N),
            lambda path, query, headers: (
                200,
                {"link": f'</x?page={1 - int(query.get("page", "0"))}>; rel="next"'},
                [query.get("page")],
            ),
            "lead in a circle",
        ),
        (
            Paging("token", "rows", N, "next"),
            lambda path, query, headers: (200, {}, {"rows": ROWS[:3], "next": "a"}),
            "lead in a circle",
        ),
        (
            Paging("offset", "", N, "at", more="last:more"),
            lambda *_: (200, {}, [{"id": 1, "more": True}]),
            "the same page twice",
        ),
        (
            Paging("link", size=N),
            lambda *_: (200, {"link": '<http://localhost:1/x?page=3>; rel="next"'}, ROWS[:3]),
            "leads away from 127.0.0.1",
        ),
    ],
    ids=["its next page is itself", "a circle", "one token", "no place", "another host"],
)
def test_a_list_without_an_end_or_that_leads_away_is_refused(paging, answer, why):
    with serving(answer) as address, pytest.raises(NotAnswered, match=why):
        list(pages(asker(address), "x", {}, paging))
