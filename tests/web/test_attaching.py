"""Files beside a change: what is taken, how it is given out, and attacks on both."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from changeproof.events.event import sha256_hex
from changeproof.ledger.assessments import Attachment
from changeproof.workflow.attaching import LARGEST_FILE
from tests.web.test_views import text_of

PDF = b"%PDF-1.7 <script>alert(1)</script>"


def send(browser, change, name, body):
    file = SimpleUploadedFile(name, body, content_type="text/html")
    return browser.post(f"/desk/attach/{change}", {"file": file}, follow=True)


def test_a_file_is_kept_shown_and_given_out_as_a_download(company):
    approver = company.browse("approver")
    page = send(approver, company.proposed, 'plan "a".pdf', PDF)
    assert "Attached: entry" in text_of(page)
    (row,) = company.forge.ledger.store.all(Attachment)
    assert (row.digest, row.media_type, row.size) == (sha256_hex(PDF), "application/pdf", len(PDF))
    shown = approver.get(f"/changes/{company.proposed}")
    assert "plan &quot;a&quot;.pdf" in shown.content.decode()
    given = approver.get(f"/attachments/{row.digest}/{company.proposed}")
    assert given.content == PDF
    assert given["Content-Type"] == "application/octet-stream"
    assert given["Content-Disposition"].startswith("attachment; filename=")
    assert "sandbox" in given["Content-Security-Policy"]
    assert "default-src 'none'" in given["Content-Security-Policy"]
    assert given["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("page.html", b"<script>alert(1)</script>", "is not taken"),
        ("drawing.svg", b"<svg onload=alert(1)>", "is not taken"),
        ("run.exe", b"MZ", "is not taken"),
        ("none", b"text", "is not taken"),
        ("plan.pdf", b"<html>", "its bytes are not those of a .pdf file"),
        ("plan.png", PDF, "its bytes are not those of a .png file"),
        ("notes.txt", b"a\0b", "no text in UTF-8"),
        ("notes.csv", b"\xff\xfe", "no text in UTF-8"),
        ("notes.txt", b"", "it is empty"),
        ("notes.txt", b"x" * (LARGEST_FILE + 1), "bytes; 10,485,760 are taken"),
    ],
)
def test_what_is_not_taken_is_said_and_leaves_nothing(company, name, body, why):
    reply = send(company.browse("approver"), company.proposed, name, body)
    assert reply.status_code == 422
    assert why in text_of(reply)
    assert not company.forge.ledger.store.all(Attachment)
    assert company.forge.ledger.log.content(sha256_hex(body)) is None


def test_a_path_in_a_name_is_left_out(company):
    send(company.browse("approver"), company.proposed, r"C:\secret\notes.txt", b"Read it.")
    (row,) = company.forge.ledger.store.all(Attachment)
    assert company.forge.ledger.text(row.name) == "notes.txt"


def test_files_are_for_those_who_see_the_change_and_contents_for_nobody(company):
    send(company.browse("approver"), company.proposed, "notes.txt", b"Read it.")
    digest = sha256_hex(b"Read it.")
    elsewhere = company.browse("change_manager", system="elsewhere")
    assert elsewhere.get(f"/attachments/{digest}/{company.proposed}").status_code == 404
    auditor = company.browse("auditor")
    assert auditor.get(f"/attachments/{digest}/{company.proposed}").status_code == 200
    # A digest of other contents, or under another change, opens nothing.
    assert auditor.get(f"/attachments/{digest}/{company.sound}").status_code == 404
    title = sha256_hex(b"Pull request 3")
    assert auditor.get(f"/attachments/{title}/{company.proposed}").status_code == 404
    assert send(auditor, company.proposed, "notes.txt", b"Mine").status_code == 403
