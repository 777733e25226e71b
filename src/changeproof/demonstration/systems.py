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
    """Packages that dependabot keeps current, each with its version at the start."""


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
    updates=(
        "django 5.2.7",
        "httpx 0.28.1",
        "pydantic 2.12.0",
        "celery 5.5.3",
        "orjson 3.11.3",
    ),
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
    updates=(
        "kafka-clients 4.1.0",
        "jackson-databind 2.20.0",
        "netty 4.2.6",
        "micrometer 1.15.4",
    ),
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
    updates=(
        "ortools 9.14.1",
        "numpy 2.3.3",
        "shapely 2.1.2",
    ),
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
    updates=(
        "spring-boot 3.5.6",
        "postgresql 42.7.8",
        "flyway-core 11.13.2",
    ),
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
    updates=(
        "rxjava 3.1.11",
        "okhttp 5.1.0",
        "zxing 3.5.3",
    ),
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
    updates=(
        "hashicorp/aws 6.14.0",
        "hashicorp/kubernetes 2.38.0",
        "actions/checkout 5.0.0",
    ),
)

SYSTEMS: tuple[System, ...] = (BOOKING, TRACKING, ROUTING, BILLING, SCANNER, PLATFORM)
