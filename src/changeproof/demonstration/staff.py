"""Who works at Wrenfield Parcels. Invented, all of them."""

from dataclasses import dataclass

JIRA_HOST = "jira.wrenfield.example"
ORGANISATION_LOGIN = "wrenfield"
ORGANISATION_ID = 88214407


@dataclass(frozen=True, slots=True)
class GitHubUser:
    """An account on GitHub; people commit under its private address."""

    login: str
    number: int
    name: str
    type: str = "User"

    @property
    def account(self) -> str:
        return f"github:user/{self.number}"

    @property
    def address(self) -> str:
        return f"{self.number}+{self.login}@users.noreply.github.com"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the roster. `number` is their user at the desk."""

    key: str
    name: str
    number: int
    title: str
    roles: tuple[str, ...]
    github: GitHubUser | None = None
    second_github: GitHubUser | None = None

    @property
    def desk(self) -> str:
        """The account that acts at the desk."""
        return f"local:user/{self.number}"

    @property
    def person(self) -> str:
        return f"person:{self.key}"

    @property
    def jira_id(self) -> str:
        return f"712020:{self.key}"

    @property
    def jira(self) -> str:
        return f"jira:{JIRA_HOST}/user/{self.jira_id}"

    @property
    def user(self) -> GitHubUser:
        """Their account on GitHub. Raises LookupError for those who have none."""
        if self.github is None:
            raise LookupError(self.key)
        return self.github

    @property
    def accounts(self) -> tuple[str, ...]:
        users = (self.github, self.second_github)
        return (self.desk, self.jira, *(user.account for user in users if user is not None))


_ENGINEER = ("requester",)
_SENIOR = ("requester", "approver")
_DEPLOYS = ("requester", "approver", "deployer")


def _person(
    number: int,
    key: str,
    name: str,
    title: str,
    roles: tuple[str, ...],
    login: str | None = None,
    github_number: int = 0,
    second: GitHubUser | None = None,
) -> Person:
    github = GitHubUser(login, github_number, name) if login else None
    return Person(key, name, number, title, roles, github, second)


INES = _person(
    101,
    "ines-calloway",
    "Ines Calloway",
    "head of engineering",
    ("requester", "approver", "change_manager", "deployer", "administrator"),
    "icalloway",
    1840233,
)
TOBIAS = _person(
    102,
    "tobias-renner",
    "Tobias Renner",
    "change manager",
    ("requester", "approver", "change_manager"),
    "trenner",
    2275190,
)
MAREN = _person(
    103,
    "maren-olufsen",
    "Maren Olufsen",
    "senior engineer, booking",
    _DEPLOYS,
    "marenolufsen",
    3391845,
)
KOFI = _person(
    104,
    "kofi-amankwah",
    "Kofi Amankwah",
    "staff engineer, booking",
    _DEPLOYS,
    "kofi-am",
    7120488,
)
LUCIA = _person(
    105,
    "lucia-ferran",
    "Lucía Ferrán",
    "engineer, booking",
    ("requester", "deployer"),
    "luciaferran",
    9402716,
)
ARJUN = _person(
    106,
    "arjun-pillai",
    "Arjun Pillai",
    "senior engineer, tracking",
    _DEPLOYS,
    "arjunp",
    2907331,
)
SAOIRSE = _person(
    107,
    "saoirse-brannigan",
    "Saoirse Brannigan",
    "engineer, tracking",
    _ENGINEER,
    "saoirse-b",
    8834052,
    GitHubUser("sbrannigan-dev", 60311947, "Saoirse Brannigan"),
)
DMITRI = _person(
    108,
    "dmitri-vasko",
    "Dmitri Vasko",
    "engineer, tracking",
    _ENGINEER,
    "dvasko",
    5566120,
)
FARID = _person(
    109,
    "farid-haddouche",
    "Farid Haddouche",
    "senior engineer, routing",
    _DEPLOYS,
    "fhaddouche",
    1199074,
)
YUKI = _person(
    110,
    "yuki-tanemura",
    "Yuki Tanemura",
    "engineer, routing",
    _ENGINEER,
    "tanemura",
    6218803,
)
JOOST = _person(
    111,
    "joost-hakkers",
    "Joost Hakkers",
    "senior engineer, billing",
    _SENIOR,
    "jhakkers",
    2003318,
)
MIRELA = _person(
    112,
    "mirela-stan",
    "Mirela Stan",
    "engineer, billing",
    _ENGINEER,
    "mirelastan",
    7745029,
)
PETROS = _person(
    113,
    "petros-malliaris",
    "Petros Malliaris",
    "senior engineer, depot scanner",
    _DEPLOYS,
    "pmalliaris",
    3480617,
)
ELSA = _person(
    114,
    "elsa-lindahl",
    "Elsa Lindahl",
    "engineer, depot scanner",
    _ENGINEER,
    "elindahl",
    8105566,
)
OWEN = _person(
    115,
    "owen-tarrant",
    "Owen Tarrant",
    "platform lead",
    _DEPLOYS,
    "owentarrant",
    1450982,
)
HANNE = _person(
    116,
    "hanne-vestergaard",
    "Hanne Vestergaard",
    "site reliability engineer",
    _DEPLOYS,
    "hannev",
    4417760,
)
NOMSA = _person(117, "nomsa-khoza", "Nomsa Khoza", "product owner, billing", ("requester",))
GRETA = _person(118, "greta-ashdown", "Greta Ashdown", "product owner, tracking", ("requester",))
BEATRIX = _person(119, "beatrix-molnar", "Beatrix Molnár", "compliance lead", ("auditor",))

STAFF: tuple[Person, ...] = (
    INES,
    TOBIAS,
    MAREN,
    KOFI,
    LUCIA,
    ARJUN,
    SAOIRSE,
    DMITRI,
    FARID,
    YUKI,
    JOOST,
    MIRELA,
    PETROS,
    ELSA,
    OWEN,
    HANNE,
    NOMSA,
    GRETA,
    BEATRIX,
)

DEPENDABOT = GitHubUser("dependabot[bot]", 49699333, "dependabot[bot]", "Bot")
ACTIONS = GitHubUser("github-actions[bot]", 41898282, "github-actions[bot]", "Bot")
QUILLWORK = GitHubUser("quillwork[bot]", 171350924, "quillwork[bot]", "Bot")
"""An AI agent, also invented; Kofi Amankwah runs it."""
JENKINS = GitHubUser("wrenfield-jenkins", 12883405, "Wrenfield Jenkins")
PIPELINE = GitHubUser("wrenfield-pipeline", 12890611, "Wrenfield pipeline")
"""The service account that rolls the depot scanner out."""
GHOST = GitHubUser("ghost", 10137, "Ghost")
