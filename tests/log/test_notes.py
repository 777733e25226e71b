"""Signed notes and checkpoints: round trips, strictness, and notes from elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.log.checkpoints import (
    BadCheckpoint,
    Checkpoint,
    parse_checkpoint,
    verify_checkpoint,
)
from changeproof.log.notes import (
    BadNote,
    Signer,
    Verifier,
    parse_note,
    sign_note,
    verify_note,
)

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNER = Signer("example.com/log", bytes(range(32)))
TEXTS = st.text(st.characters(codec="utf-8", min_codepoint=32) | st.just("\n")).map(
    lambda text: text + "\n"
)


@given(TEXTS)
def test_what_was_signed_verifies_and_parses_back(text):
    note = sign_note(text, [SIGNER])
    verified = verify_note(note, [SIGNER.verifier])
    assert verified.text == text
    assert str(verified) == str(parse_note(note)) == note


@given(st.integers(min_value=0))
def test_a_note_with_any_bit_flipped_fails(place):
    note = bytearray(sign_note("origin\n3\nroot\n", [SIGNER]).encode())
    note[place // 8 % len(note)] ^= 1 << place % 8
    with pytest.raises(BadNote):
        verify_note(bytes(note), [SIGNER.verifier])


def test_every_single_bit_flipped_fails():
    note = sign_note("o\n", [SIGNER]).encode()
    for place in range(len(note) * 8):
        flipped = bytearray(note)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(BadNote):
            verify_note(bytes(flipped), [SIGNER.verifier])


@given(st.binary() | st.text())
def test_garbage_is_refused_as_a_note(garbage):
    with pytest.raises(BadNote):
        verify_note(garbage, [SIGNER.verifier])


@given(st.text())
def test_garbage_is_refused_as_key_and_checkpoint(garbage):
    for parse in (Verifier.parse, Signer.parse, parse_checkpoint):
        with pytest.raises(BadNote):
            parse(garbage)


def test_keys_round_trip_in_their_text_forms():
    new = Signer.generate("example.com/log")
    assert Signer.parse(new.private_text).verifier == new.verifier
    assert Verifier.parse(new.verifier.vkey) == new.verifier
    with pytest.raises(BadNote):
        Verifier.parse(new.verifier.vkey.replace("example.com", "example.org"))
    with pytest.raises(BadNote):
        Signer("two words", bytes(32))


def test_a_key_of_golang_is_read_and_signs_alike():
    skey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    assert Signer.parse(skey).verifier.vkey == PETER


@pytest.mark.parametrize(
    ("name", "keys", "signed_by"),
    [
        ("go-note-one-signer", [PETER], ["PeterNeumann"]),
        ("go-note-two-signers", [PETER, ENOCH], ["PeterNeumann", "EnochRoot"]),
        ("go-note-two-signers", [ENOCH], ["EnochRoot"]),
        ("go-note-duplicated-signatures", [PETER], ["PeterNeumann"]),
        ("c2sp-note-example", [FOO], ["example.com/foo"]),
    ],
)
def test_notes_from_elsewhere_verify(shared, name, keys, signed_by):
    note = (shared / f"data/payloads/tlog/{name}.txt").read_bytes()
    verified = verify_note(note, [Verifier.parse(key) for key in keys])
    assert [signature.name for signature in verified.signatures] == signed_by


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("go-note-bad-signature", PETER),
        ("go-note-101-signatures", PETER),
        ("go-note-one-signer", ENOCH),
        ("c2sp-tlog-policy", PETER),
        ("c2sp-tlog-proof", PETER),
    ],
)
def test_notes_from_elsewhere_are_refused(shared, name, key):
    note = (shared / f"data/payloads/tlog/{name}.txt").read_bytes()
    with pytest.raises(BadNote):
        verify_note(note, [Verifier.parse(key)])


def test_a_text_with_blank_lines_ends_at_the_last(shared):
    note = (shared / "data/payloads/tlog/c2sp-note-unicode.txt").read_bytes()
    assert parse_note(note).text.endswith("raggio di sole:\n\ned è subito sera.\n")


def test_checkpoints_from_elsewhere_parse(shared):
    for name, signatures in (("c2sp-checkpoint", 1), ("c2sp-cosigned-checkpoint", 2)):
        note = parse_note((shared / f"data/payloads/tlog/{name}.txt").read_bytes())
        assert len(note.signatures) == signatures
        checkpoint = parse_checkpoint(note.text)
        assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)


@given(st.integers(0, 2**64 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_round_trips(size, root):
    checkpoint = Checkpoint("example.com/log", size, root)
    assert parse_checkpoint(checkpoint.text) == checkpoint
    note = sign_note(checkpoint.text, [SIGNER])
    assert verify_checkpoint(note, SIGNER.verifier) == checkpoint
    with pytest.raises(BadCheckpoint):
        verify_checkpoint(note, SIGNER.verifier, origin="example.com/other")


@pytest.mark.parametrize("size", ["", "01", "-1", "+1", "1.0", "١", str(2**64), "9" * 5000])
def test_a_size_has_one_spelling(size):
    text = Checkpoint("example.com/log", 1, bytes(32)).text.replace("\n1\n", f"\n{size}\n")
    with pytest.raises(BadCheckpoint):
        parse_checkpoint(text)
