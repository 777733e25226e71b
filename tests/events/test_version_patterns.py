"""Version patterns: what they name, and what is refused."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from changeproof.events.systems import SystemRegistered
from changeproof.events.version_patterns import checked, named_in


@pytest.mark.parametrize(
    ("pattern", "version", "tags", "revision"),
    [
        ("{tag}", "v2.3.1", ("v2.3.1",), None),
        ("{version}", "2.3.1", ("2.3.1", "v2.3.1"), None),
        ("a-{version}-{revision}", "a-2.3-rc-1-4f2c91a", ("2.3-rc-1", "v2.3-rc-1"), "4f2c91a"),
        ("shop:{any}+{revision}.x86", "shop:2+3+4f2c91a0.x86", (), "4f2c91a0"),
        ("{any}/{tag}", "registry/app/v1", ("v1",), None),
    ],
)  # fmt: skip
def test_what_a_version_names(pattern, version, tags, revision):
    assert named_in(checked(pattern), version) == (tags, revision)


@pytest.mark.parametrize(
    ("pattern", "version"),
    [
        ("app-{version}", "web-2"),
        ("app-{version}", "app-"),
        ("{version}-{revision}", "2-4f2c91"),  # six characters name too many commits
        ("{version}-{revision}", "2-4F2C91A"),
        ("{version}-{revision}", "4f2c91a"),
        ("{tag}.zip", "v1.tar"),
        ("{tag}", "v" * 501),
    ],
)
def test_what_is_written_otherwise_names_nothing(pattern, version):
    assert named_in(checked(pattern), version) is None


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("app", "names a {tag}"),
        ("{any}", "names a {tag}"),
        ("{version}{revision}", "text between"),
        ("{tag}-{tag}", "each place once"),
        ("{hash}", 'no place "hash"'),
        ("{tag", "braces only"),
        ("(?P<tag>(a+)+)$", "names a {tag}"),
    ],
)
def test_what_is_no_pattern_is_refused_when_it_is_registered(pattern, why):
    with pytest.raises(ValidationError, match=re.escape(why)):
        SystemRegistered(
            source="desk", delivery="1", occurred_at=1, system="shop", version_pattern=pattern
        )


_TEXT = st.text("ab-.", min_size=1, max_size=6)


@given(st.tuples(_TEXT, _TEXT, _TEXT), st.text("0123456789abcdef", min_size=7, max_size=40))
def test_what_is_written_by_a_pattern_is_read_by_it(texts, revision):
    before, between, version = texts
    assume(f"{between}{revision}".rfind(between) == 0)  # else it is read from further right
    pattern = checked(f"{before}{{version}}{between}{{revision}}")
    named = named_in(pattern, f"{before}{version}{between}{revision}")
    assert named is not None
    assert named.revision == revision
    assert named.tags[0] == version
