"""One commit, one event; one release tag, one deployment."""

import re
from collections.abc import Callable

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import AccountKind, Event, canonical, sha256_hex
from changeproof.events.revisions import Area, HistoryBegins, RevisionRecorded, RevisionTagged
from changeproof.sources.areas import areas_of
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.git.production import Tag
from changeproof.sources.git.reader import Commit
from changeproof.sources.identities import Identity, git_identity, split_person
from changeproof.sources.messages import claims, title_of
from changeproof.sources.migration_files import migration_names
from changeproof.sources.times import from_seconds

SOURCE = "git"
ENVIRONMENT = "production"

Translated = tuple[Event, tuple[bytes, ...]]
_WHOLE = re.compile(rb"-?[0-9]{1,19}")


class Translator:
    """Turns one repository's commits into events; remembers who it has met."""

    def __init__(self, repository: str, system: str, pseudonyms: Pseudonyms) -> None:
        self.repository = repository
        self.system = system
        self._identify = _remembering(pseudonyms)

    def commit(self, commit: Commit, *, lands: bool, begins: bool) -> Translated:
        """The revision; `lands` if it counts as deployed, `begins` if parents were left out."""
        message = commit.message.decode("utf-8", "replace")
        title = title_of(message)
        said = claims(message)
        author = self._identify(*_person(commit.author))
        committer = self._identify(*_person(commit.committer))
        co_authors = tuple(self._identify(*split_person(text)) for text in said.co_authors)
        reviewers = tuple(self._identify(*split_person(text)) for text in said.reviewers)
        at = _time(commit.committer[2])
        contents = [title.encode(), message.encode()]
        paths, areas = None, dict[Area, int]()
        migrations: tuple[str, ...] = ()
        if commit.paths and not begins:  # a left-out parent would make every file look new
            named = [path.decode("utf-8", "replace") for path in sorted(commit.paths)]
            areas, migrations = areas_of(named), migration_names(named)
            contents.append(canonical(named))
            paths = sha256_hex(contents[-1])
        event = RevisionRecorded(
            source=SOURCE,
            delivery=commit.revision,
            occurred_at=at,
            time_basis="none" if at is None else "bound" if lands else "stated",
            account_kinds=_kinds(author, committer, *co_authors, *reviewers),
            revision=commit.revision,
            repository=self.repository,
            complete=not begins,
            parents=commit.parents,
            tree=commit.tree,
            edited_in_merge=commit.edited,
            patch=None if begins else commit.patch.patch,
            inverse=None if begins else commit.patch.inverse,
            author=author.account,
            committer=committer.account,
            co_authors=_accounts(co_authors),
            authored_at=_time(commit.author[2]),
            title=sha256_hex(contents[0]),
            message=sha256_hex(contents[1]),
            claimed_pull=said.pull,
            claimed_reviewers=_accounts(reviewers),
            claimed_review=said.review,
            ticket_keys=said.tickets,
            reverts=said.reverts,
            cherry_picked_from=said.cherry_picked_from,
            paths=paths,
            path_count=len(commit.paths) if paths else 0,
            areas=areas,
            migrations=migrations,
            lands_in=ENVIRONMENT if lands else None,
            system=self.system,
        )
        return event, tuple(contents)

    def beginning(self, commit: Commit) -> Translated:
        """What lies before this commit was left out of the clone."""
        at = _time(commit.committer[2])
        event = HistoryBegins(
            source=SOURCE,
            delivery=commit.revision,
            occurred_at=at,
            time_basis="none" if at is None else "bound",
            repository=self.repository,
            revision=commit.revision,
        )
        return event, ()

    def tagged(self, tag: Tag) -> Translated:
        """A tag names a commit: what a version may lead to."""
        event = RevisionTagged(
            source=SOURCE,
            delivery=tag.object_id,
            occurred_at=None,
            time_basis="none",
            repository=self.repository,
            tag=_short(tag.name),
            revision=tag.revision,
        )
        return event, ()

    def tag(self, tag: Tag) -> Translated:
        """A release tag stands for the deployment of its commit."""
        tagger = self._identify(*_person(tag.tagger)) if tag.tagger else Identity(None, None)
        at = _time(tag.tagger[2]) if tag.tagger else _time(tag.committed)
        event = DeploymentFinished(
            source=SOURCE,
            delivery=tag.object_id,
            occurred_at=at,
            time_basis="none" if at is None else "bound",
            actor=tagger.account,
            account_kinds=_kinds(tagger),
            deployment=f"{self.repository}/tag/{_short(tag.name)}/{tag.revision}",
            outcome="succeeded",
            repository=self.repository,
            system=self.system,
            environment=ENVIRONMENT,
            revision=tag.revision,
        )
        return event, ()


def _remembering(pseudonyms: Pseudonyms) -> Callable[[str, str], Identity]:
    """A history has few authors and many commits; a bounded memory spares the hashing."""
    met: dict[tuple[str, str], Identity] = {}

    def identify(name: str, address: str) -> Identity:
        key = (name, address)
        identity = met.get(key)
        if identity is None:
            if len(met) > 50_000:
                met.clear()
            identity = met[key] = git_identity(name, address, pseudonyms)
        return identity

    return identify


def _short(name: str) -> str:
    return name if len(name) <= 250 else sha256_hex(name.encode())


def _person(written: tuple[bytes, bytes, bytes]) -> tuple[str, str]:
    return written[0].decode("utf-8", "replace"), written[1].decode("utf-8", "replace")


def _time(seconds: bytes) -> int | None:
    """Git keeps what it was given: 1970, 2037, or a number no calendar has."""
    return from_seconds(int(seconds)) if _WHOLE.fullmatch(seconds) else None


def _accounts(identities: tuple[Identity, ...]) -> tuple[str, ...]:
    if not identities:
        return ()
    return tuple(dict.fromkeys(one.account for one in identities if one.account))


def _kinds(*identities: Identity) -> dict[str, AccountKind]:
    return {one.account: one.kind for one in identities if one.account and one.kind}
