"""Connect sources, ask them again, test and disconnect them, bring files."""

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.intake.clients.asking import Unreachable
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import source_named, test_source
from changeproof.intake.files import File, FileTaken, take_files
from changeproof.intake.jobs import ask_source
from changeproof.intake.webhooks.connections import address_of, shared_with
from changeproof.intake.webhooks.doors import door_named
from changeproof.intake.writer import wake
from changeproof.ledger.service import ledger
from changeproof.sources.guards import LARGEST_PAYLOAD
from changeproof.web.counting import thousands
from changeproof.web.pages.connecting import SecretShown
from changeproof.web.readings.connecting_reading import title_of
from changeproof.web.said import say
from changeproof.web.views.sources import server_of, shown
from changeproof.web.visibility import signed_in
from changeproof.workflow import connecting
from changeproof.workflow.connecting import ConnectAsked, ConnectWebhook

MOST_FILES = 50
EVERY = 300
"""Seconds between two turns of a source that is connected on the page."""
_LONGEST_REST = 2.0


@require_POST
@never_cache
@permission_required(Permission.SOURCE_MANAGE)
def connect_webhook(request: HttpRequest) -> HttpResponse:
    """Make a secret for a system that delivers; it is shown in this answer and never again."""
    typed = request.POST
    kind, name = typed.get("webhook_kind", ""), typed.get("webhook_name", "").strip() or None
    stated = typed.get("webhook_secret", "").strip()
    try:
        door = door_named(kind)
        _refuse_second(door.kind, name, stated)
        command = ConnectWebhook(door, name, stated)
        secret = connecting.connect_webhook(ledger(), signed_in(request).account, command)
    except Refusal as refusal:
        return shown(request, refusal=refusal, typed=_kept(typed))
    address = address_of(door, name, server_of(request), secret)
    told = SecretShown(title_of(door.kind), address, secret, door.steps)
    return shown(request, secret=told)


@require_POST
@never_cache
@permission_required(Permission.SOURCE_MANAGE)
def renew_webhook(request: HttpRequest) -> HttpResponse:
    """Make another secret for a system that delivers; the old one is refused within a minute."""
    kind, _, name = request.POST.get("key", "").partition("/")
    try:
        door = door_named(kind)
        actor = signed_in(request).account
        secret = connecting.renew_webhook(ledger(), actor, door, name or None)
    except Refusal as refusal:
        return shown(request, refusal=refusal)
    address = address_of(door, name or None, server_of(request), secret)
    return shown(request, secret=SecretShown(title_of(door.kind), address, secret, door.steps))


@require_POST
@permission_required(Permission.SOURCE_MANAGE)
def disconnect_webhook(request: HttpRequest) -> HttpResponse:
    """Forget a secret; what was delivered stays on record."""
    key = request.POST.get("key", "")
    try:
        connecting.disconnect_webhook(ledger(), signed_in(request).account, key)
    except Refusal as refusal:
        return shown(request, refusal=refusal)
    say(request, gettext("%(key)s delivers no more; what it told stays on record.") % {"key": key})
    return redirect("sources")


@require_POST
@permission_required(Permission.SOURCE_MANAGE)
def connect_asked(request: HttpRequest) -> HttpResponse:
    """Ask a system from now on."""
    typed = request.POST
    try:
        settings = Settings(
            typed.get("ask_name", "").strip() or typed.get("ask_kind", ""),
            typed.get("ask_kind", ""),
            typed.get("ask_address", "").strip(),
            typed.get("ask_login", "").strip(),
            typed.get("ask_secret", ""),
            _options(typed.get("ask_options", "")),
        )
        command = ConnectAsked(settings, EVERY, private_allowed="ask_private" in typed)
        source = connecting.connect_asked(ledger(), signed_in(request).account, command)
    except Refusal as refusal:
        return shown(request, refusal=refusal, typed=_kept(typed))
    ask_source.enqueue(source.name)
    say(request, gettext("%(name)s is connected, and is asked now.") % {"name": source.name})
    return redirect("sources")


@require_POST
@permission_required(Permission.SOURCE_MANAGE)
def ask_again(request: HttpRequest) -> HttpResponse:
    """Ask a source now, in the background."""
    try:
        source = source_named(request.POST.get("name", ""))
    except Refusal as refusal:
        return shown(request, refusal=refusal)
    ask_source.enqueue(source.name)
    say(
        request,
        gettext("%(name)s is asked again; what comes of it stands here in a moment.")
        % {"name": source.name},
    )
    return redirect("sources")


@require_POST
@permission_required(Permission.SOURCE_MANAGE)
def test_asked(request: HttpRequest) -> HttpResponse:
    """Ask a source for one page, and record nothing."""
    try:
        said = test_source(source_named(request.POST.get("name", "")), _rest)
    except Refusal as refusal:
        return shown(request, refusal=refusal)
    say(request, said)
    return redirect("sources")


test_asked.__test__ = False  # type: ignore[attr-defined] # it tests a source, and is no test


@require_POST
@permission_required(Permission.SOURCE_MANAGE)
def disconnect_asked(request: HttpRequest) -> HttpResponse:
    """Ask a source no more, and forget its secret."""
    name = request.POST.get("name", "")
    try:
        connecting.disconnect_asked(ledger(), signed_in(request).account, name)
    except Refusal as refusal:
        return shown(request, refusal=refusal)
    say(
        request,
        gettext("%(name)s is asked no more; what it told stays on record.") % {"name": name},
    )
    return redirect("sources")


@require_POST
@permission_required(Permission.SOURCE_MANAGE)
def upload(request: HttpRequest) -> HttpResponse:
    """Take files that somebody brings: claims, dated by their receipt."""
    kind = request.POST.get("upload_kind", "") or None
    files = request.FILES.getlist("files")
    if not 0 < len(files) <= MOST_FILES:
        why = (
            gettext("no file was chosen")
            if not files
            else gettext("%(files)s files were chosen") % {"files": len(files)}
        )
        return shown(request, refusal=_no_files(why), typed=_kept(request.POST))
    collector = f"upload:{signed_in(request).account}"
    done: list[FileTaken] = []
    for each in files:
        done += _taken(each, kind, collector)
    wake()
    return shown(request, uploads=done)


def _taken(file: "UploadedFile[bytes]", kind: str | None, collector: str) -> list[FileTaken]:
    name, size = file.name or "file", file.size or 0
    if size > LARGEST_PAYLOAD:
        why = gettext("it has %(size)s bytes; a payload may have %(most)s") % {
            "size": thousands(size),
            "most": thousands(LARGEST_PAYLOAD),
        }
        return [FileTaken(name, kind, "refused", 0, why)]
    return take_files(ledger(), [File(name, file.read())], kind, collector, claims=True)


def _rest(seconds: float) -> None:
    """A page waits for nobody: a source that asks for patience says so."""
    if seconds > _LONGEST_REST:
        raise Unreachable(
            gettext("The source was not tested."),
            why=gettext("it wants to be left alone for %(seconds)s seconds")
            % {"seconds": f"{seconds:.0f}"},
            cure=gettext("Test it later; it is asked by itself when its time has come."),
        )


def _refuse_second(kind: str, name: str | None, stated: str) -> None:
    """A secret was shown once: whoever connects again must mean it."""
    if not stated and shared_with(kind, name) is not None:
        raise Refusal(
            gettext("The source was not connected."),
            where=kind if name is None else f"{kind}/{name}",
            why=gettext("it is connected already, and its secret was shown once"),
            cure=gettext("Make a new secret for it in the list, or give it another name."),
        )


def _options(written: str) -> dict[str, str]:
    options = {}
    for line in written.splitlines():
        if line.strip():
            name, equals, value = line.partition("=")
            if not equals or not name.strip() or not value.strip():
                raise Refusal(
                    gettext("The source was not connected."),
                    where="ask_options",
                    why=gettext("“%(line)s” is no name with a value") % {"line": line.strip()[:40]},
                    cure=gettext("Write one a line, like projects=PAY,OPS"),
                )
            options[name.strip()] = value.strip()
    return options


def _kept(typed: Mapping[str, str]) -> dict[str, str]:
    """What is shown again after a refusal: never a secret."""
    return {name: value for name, value in typed.items() if not name.endswith("_secret")}


def _no_files(why: str) -> Refusal:
    cure = gettext("Choose 1 to %(most)s files.") % {"most": MOST_FILES}
    return Refusal(gettext("Nothing was taken in."), where="files", why=why, cure=cure)
