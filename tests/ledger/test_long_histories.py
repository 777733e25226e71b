"""A history comes in batches; none of them may cost more because much came before it."""

import hashlib

from changeproof.ledger.joins.deployed import define_nodes
from changeproof.ledger.joins.graph import CommitGraph
from changeproof.ledger.revisions import PushRevision
from changeproof.ledger.schema import create_tables
from changeproof.ledger.store import Store
from changeproof.log.database import MemoryDatabase


class _CountingGraph(CommitGraph):
    """Counts how often a commit came after its children, and lifted what stands above it."""

    lifted = 0

    def _raise_descendants(self, revision: str) -> None:
        self.lifted += 1
        super()._raise_descendants(revision)


def _commit(number: int) -> str:
    return hashlib.sha1(f"{number}".encode(), usedforsecurity=False).hexdigest()


def _listed(revision: str, previous: str) -> PushRevision:
    return PushRevision(revision, "repo/1", "main", revision, previous, None, None, 1, revision)


def _store(*rows: PushRevision) -> Store:
    database = MemoryDatabase()
    create_tables(database)
    store = Store(database)
    store.insert(rows)
    return store


def test_a_batch_lifts_nothing_in_whatever_order_it_is_read() -> None:
    names = [_commit(number) for number in range(300)]
    store = _store(*map(_listed, names[1:], names))
    graph = _CountingGraph()
    assert define_nodes(store, graph, sorted(names)) == set(names[1:])
    assert graph.lifted == 0
    assert graph.difference(names[-1], names[-3]).put_in == set(names[-2:])


def test_pushes_that_claim_a_cycle_are_read() -> None:
    store = _store(_listed("a" * 40, "b" * 40), _listed("b" * 40, "a" * 40))
    graph = CommitGraph()
    assert define_nodes(store, graph, ["a" * 40, "b" * 40]) == {"a" * 40, "b" * 40}
    assert graph.difference("a" * 40, None).put_in == {"a" * 40, "b" * 40}
