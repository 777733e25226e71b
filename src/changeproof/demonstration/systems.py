"""The six systems, the people who work on each, and how each is tested and released."""

from dataclasses import dataclass
from typing import Literal

from changeproof.demonstration.staff import (
    ARJUN,
    DMITRI,
    ELSA,
    FARID,
    HANNE,
    INES,
    JOOST,
    KOFI,
    LUCIA,
    MAREN,
    MIRELA,
    OWEN,
    PETROS,
    SAOIRSE,
    TOBIAS,
    YUKI,
    Person,
)


@dataclass(frozen=True, slots=True)
class System:
    """A system and its repository. `changes` is about how many it sees in the year.

    `ci` tells where test results come from, `release` how merged work reaches production: after
    each merge, with a train on the weekdays in `train` (Monday is 0), or by hand.
    """

    key: str
    repository: int
    writers: tuple[Person, ...]
    approvers: tuple[Person, ...]
    deployers: tuple[Person, ...]
    style: Literal["squash", "merge"]
    ci: Literal["actions", "workflow", "junit", "jenkins", "bench", "plan"]
    release: Literal["each", "train", "by_hand"]
    changes: int
    train: tuple[int, ...] = ()
    train_hour: int = 10
    project: str | None = None
    """The Jira project whose tickets its pull requests cite."""
    cited: float = 0.0
    """The share of pull requests that cite a ticket."""
    cdevents: bool = False
    """Released by a pipeline that tells of itself as CDEvents."""
    updates: tuple[str, ...] = ()
    """Packages that dependabot keeps current."""


BOOKING = System(
    "booking",
    471120385,
    (KOFI, LUCIA, MAREN),
    (MAREN, INES, ARJUN),
    (KOFI, LUCIA, MAREN),
    "squash",
    "actions",
    "each",
    118,
    updates=("django", "httpx", "pydantic", "celery", "stripe", "sentry-sdk", "orjson"),
)
TRACKING = System(
    "tracking",
    471120402,
    (SAOIRSE, DMITRI, ARJUN),
    (ARJUN, MAREN, INES),
    (ARJUN, HANNE),
    "merge",
    "workflow",
    "train",
    82,
    train=(1, 3),
    project="TRK",
    cited=0.25,
    updates=("kafka-clients", "jackson-databind", "netty", "micrometer", "testcontainers"),
)
ROUTING = System(
    "routing",
    471120419,
    (YUKI, FARID),
    (FARID, ARJUN, OWEN),
    (FARID, HANNE),
    "squash",
    "junit",
    "by_hand",
    48,
    updates=("ortools", "numpy", "shapely", "pyproj"),
)
BILLING = System(
    "billing",
    471120431,
    (MIRELA, JOOST),
    (JOOST, INES, TOBIAS),
    (HANNE, OWEN),
    "squash",
    "jenkins",
    "train",
    54,
    train=(0, 2, 4),
    train_hour=7,
    project="BIL",
    cited=0.85,
    updates=("spring-boot", "postgresql", "flyway-core", "mapstruct"),
)
SCANNER = System(
    "depot-scanner",
    471120448,
    (ELSA, PETROS),
    (PETROS, OWEN, FARID),
    (PETROS,),
    "squash",
    "bench",
    "train",
    40,
    train=(0, 3),
    train_hour=9,
    cdevents=True,
    updates=("rxjava", "okhttp", "zxing"),
)
PLATFORM = System(
    "platform",
    471120460,
    (HANNE, OWEN),
    (OWEN, HANNE, FARID),
    (HANNE, OWEN),
    "squash",
    "plan",
    "each",
    34,
    updates=("terraform-aws-modules/vpc/aws", "hashicorp/aws", "actions/checkout"),
)

SYSTEMS: tuple[System, ...] = (BOOKING, TRACKING, ROUTING, BILLING, SCANNER, PLATFORM)
