"""API tokens and one-time links."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from changeproof.accounts.links import create_sign_in_link, use_link, waiting_link
from changeproof.accounts.models import ApiToken, SignInLink
from changeproof.accounts.people import operator
from changeproof.accounts.tokens import (
    authenticate_token,
    create_token,
    expiry_of,
    revoke_token,
)
from changeproof.accounts.vocabulary import (
    READING,
    SCOPES,
    Permission,
    permissions_of_scopes,
    role_named,
)
from changeproof.events.refusal import Refusal


@pytest.fixture
def somebody(instance):
    return operator()


def test_a_token_works_and_is_kept_nowhere(somebody):
    token = create_token(somebody)
    found = authenticate_token(token)
    assert found is not None
    assert found.user == somebody
    kept = ApiToken.objects.values().get()
    assert all(token not in str(cell) for cell in kept.values())
    assert found.expires_at - found.created_at == timedelta(days=1)


@pytest.mark.parametrize("wrong", ["", "changeproof_", "Bearer x", "changeproof_" + "A" * 43])
def test_other_texts_are_no_tokens(somebody, wrong):
    create_token(somebody)
    assert authenticate_token(wrong) is None


def test_a_token_ends_by_time_by_revocation_and_with_its_user(somebody):
    tokens = [create_token(somebody) for _ in range(3)]
    ApiToken.objects.filter(pk=authenticate_token(tokens[0]).pk).update(expires_at=timezone.now())
    assert authenticate_token(tokens[0]) is None
    assert revoke_token(somebody, authenticate_token(tokens[1]).prefix) == 1
    assert authenticate_token(tokens[1]) is None
    somebody.is_active = False
    somebody.save()
    assert authenticate_token(tokens[2]) is None


def test_using_a_token_is_noted_but_not_each_time(somebody, django_assert_num_queries):
    token = create_token(somebody)
    authenticate_token(token)
    assert ApiToken.objects.get().last_used_at is not None
    with django_assert_num_queries(1):
        authenticate_token(token)


def test_a_token_needs_known_scopes_and_an_end_within_a_year(somebody):
    for scopes, end in (
        ((), None),
        (("everything",), None),
        (("read",), timezone.now() - timedelta(seconds=1)),
        (("read",), timezone.now() + timedelta(days=400)),
    ):
        with pytest.raises(Refusal):
            create_token(somebody, scopes, end)
    assert not ApiToken.objects.exists()


def test_scopes_are_groups_or_single_permissions():
    assert permissions_of_scopes(["all"]) == frozenset(Permission)
    assert permissions_of_scopes(["read", "gate:ask"]) == READING | {Permission.GATE_ASK}
    assert all(permissions_of_scopes([scope]) for scope in SCOPES)


def test_roles_are_read_as_people_write_them():
    assert role_named("Change Manager") == role_named("change-manager") == "change_manager"
    with pytest.raises(Refusal, match="role"):
        role_named("root")


def test_an_end_is_a_duration_a_date_or_a_time():
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert expiry_of("12h", at) == at + timedelta(hours=12)
    assert expiry_of("2w", at) == at + timedelta(weeks=2)
    assert expiry_of("2026-04-01", at) == datetime(2026, 4, 1, tzinfo=UTC)
    assert expiry_of("2026-04-01T10:00:00Z", at) == datetime(2026, 4, 1, 10, tzinfo=UTC)


@given(st.text(max_size=12))
def test_other_words_for_an_end_are_refused_and_never_fail(text):
    with contextlib.suppress(Refusal):
        assert expiry_of(text).tzinfo is not None


def test_a_link_signs_in_once(somebody):
    link = create_sign_in_link(somebody, "http://localhost:8000/")
    secret = link.rstrip("/").rpartition("/")[2]
    assert link == f"http://localhost:8000/sign-in/{secret}/"
    assert waiting_link(secret) is not None
    assert use_link(secret) == somebody
    assert use_link(secret) is None
    assert secret not in str(SignInLink.objects.values().get())


def test_a_link_ends(somebody):
    secret = create_sign_in_link(somebody, life=timedelta(0)).rstrip("/").rpartition("/")[2]
    assert use_link(secret) is None


@pytest.mark.parametrize("text", ["9" * 5_000, "9" * 5_000 + "d", "1" + " " * 5_000 + "d"])
def test_an_end_of_any_length_is_refused_at_once(text):
    with pytest.raises(Refusal) as caught:
        expiry_of(text)
    assert len(caught.value.where) <= 200
