"""Laws that hold a view beside the cases: what it must answer is said once more in Python."""

from collections import defaultdict

from changeproof.checks.cases import Case
from changeproof.checks.loader import CheckSet
from tests.policy.view_rows import AS_OF, cells_of
from tests.support.policy_law import PolicyLaw, policy_laws
from tests.support.sqlite_cases import SqliteCases
from tests.support.view_cases import read_view_cases
from tools.mutate_checks.text import tell_utc

ON_POLICY = ("policy_terms", "policy_list", "policy_deadline")


class PolicyLaws:
    """What tests/policy/test_policy_views.py asks of the views on policy."""

    def __init__(self, checks: CheckSet) -> None:
        self.laws = policy_laws()
        few = checks.only(views=ON_POLICY)
        self.evidence = SqliteCases(few, [_case(law) for law in self.laws])
        self.evidence.compute()
        self.columns = {view.name: view.columns for view in few.views}

    def broken_by(self, view: str, text: str) -> bool:
        """Whether a law notices that this is no longer the view."""
        if view not in ON_POLICY:
            return False
        rows: dict[int, list[dict[str, object]]] = defaultdict(list)
        for *cells, number in self.evidence.view_rows(view, text):
            rows[int(str(number))].append(dict(zip(self.columns[view], cells, strict=True)))
        return any(law.problems(view, rows[number]) for number, law in enumerate(self.laws))


def _case(law: PolicyLaw) -> Case:
    rows = {
        table: [tuple(cells_of(table, row, number)) for number, row in enumerate(listed)]
        for table, listed in law.evidence().items()
    }
    return Case("", law.name, "", AS_OF, rows, {})


class ViewRows:
    """What the cases of views themselves say (tests/checks/views)."""

    def __init__(self, checks: CheckSet) -> None:
        self.cases = read_view_cases(checks)
        self.evidence = SqliteCases(
            checks.only(views={case.view for case in self.cases}),
            [case.evidence for case in self.cases],
        )
        self.evidence.compute()
        tell_utc(self.evidence.connection)
        self.columns = {view.name: view.columns for view in checks.views}

    def missed_by(self, view: str, text: str) -> bool:
        """Whether a case of this view holds other rows with this text."""
        own = [(number, case) for number, case in enumerate(self.cases) if case.view == view]
        if not own:
            return False
        rows: dict[int, list[tuple[object, ...]]] = defaultdict(list)
        for *cells, number in self.evidence.view_rows(view, text):
            rows[int(str(number))].append(tuple(cells))
        return any(case.missed(rows[number], self.columns[view]) for number, case in own)
