"""Archives that somebody made to hurt: refused by the name of a limit, never unpacked."""

import io
import zipfile

import pytest

from changeproof.log.archive_members import Limits, Members
from changeproof.log.notes import Signer
from changeproof.log.sealed_archive import BadSeal, SealedWriter, read_seal, require_digest

SIGNER = Signer("example.com/log", bytes(range(32)))


def archive_of(*members, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return stream


def refused(stream, limits=None):
    def read_all():
        members = Members(stream, limits)
        for name in members.names():
            members.read(name)

    with pytest.raises(BadSeal) as error:
        read_all()
    return str(error.value)


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/passwd", "a/../b", "a//b", "", "a\\b", "C:x", "é", "a\nb", ".hidden", "a/"],
)
def test_names_that_lead_elsewhere_are_refused(name):
    assert "is no name of a member" in refused(archive_of((name, b"x")))


def test_a_name_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        stream = archive_of(("a", b"1"), ("a", b"2"))
    assert "stands twice" in refused(stream)


def test_each_limit_is_named():
    bomb = archive_of(("a", bytes(3_000_000)))
    assert len(bomb.getvalue()) < 10_000
    assert "member_bytes" in refused(bomb, Limits(member_bytes=1_000_000))
    assert "whole_bytes" in refused(bomb, Limits(whole_bytes=1_000_000))
    assert "total_bytes" in refused(bomb, Limits(total_bytes=1_000_000))
    assert "members is 1" in refused(archive_of(("a", b""), ("b", b"")), Limits(members=1))
    assert "name_characters" in refused(archive_of(("a" * 300, b"")))


def test_a_member_longer_than_its_header_says_is_refused():
    data = bytearray(archive_of(("a", b"x" * 1000)).getvalue())
    central = data.rfind(b"PK\x01\x02")
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    assert "a: " in refused(io.BytesIO(data))


def test_bytes_between_members_are_refused():
    data = archive_of(("a", b"x")).getvalue()
    assert "belong to no member" in refused(io.BytesIO(b"hidden" + data))


def test_other_compressions_encryption_and_comments_are_refused():
    assert "compressed in a way" in refused(archive_of(("a", b"x"), compression=zipfile.ZIP_BZIP2))
    data = bytearray(archive_of(("a", b"x")).getvalue())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    assert "never write" in refused(io.BytesIO(data))


def test_a_sealed_archive_reads_back_and_is_the_same_each_time(tmp_path):
    for name in ("one", "two"):
        with SealedWriter(tmp_path / name, "pack", SIGNER) as archive:
            archive.add("a/b.json", b"{}")
            archive.add("c", b"x" * 10_000, compressed=False)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with (tmp_path / "one").open("rb") as stream:
        seal, _ = read_seal(stream, "pack")
        require_digest(stream, seal)
        members = Members(stream)
        assert members.names() == ["a/b.json", "c"]
        assert members.read("c") == b"x" * 10_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_writer_that_fails_leaves_nothing(tmp_path):
    def fail():
        with SealedWriter(tmp_path / "one", "pack", SIGNER) as archive:
            archive.add("a", b"x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []
