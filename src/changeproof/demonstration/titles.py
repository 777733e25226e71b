"""What the pull requests are called, in the order in which a system hands titles out."""

from random import Random

from changeproof.demonstration.wording import ACTIONS, FOLLOW_UPS, THINGS, WHOLE

_SMALL_WORDS = frozenset({"the", "a", "an", "of", "in", "to", "and", "that", "with", "for"})


class Titles:
    """Each title once before any comes again: whole ones and laid-over ones in turn."""

    def __init__(self, system: str, random: Random) -> None:
        laid = [action.format(thing) for action in ACTIONS[system] for thing in THINGS[system]]
        random.shuffle(laid)
        whole = list(WHOLE[system])
        random.shuffle(whole)
        self._left: list[str] = []
        while whole or laid:
            self._left += [pile.pop() for pile in (whole, laid) if pile]
        self._next = 0

    def next(self) -> str:
        title = self._left[self._next % len(self._left)]
        self._next += 1
        return title


class Versions:
    """The packages that dependabot bumps, each from the version it had last."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        named = (package.rpartition(" ") for package in packages)
        self._versions = {
            name: [int(part) for part in version.split(".")] for name, _, version in named
        }

    def bump(self, random: Random) -> tuple[str, str, str]:
        """A package, the version before and the one after."""
        name = random.choice(sorted(self._versions))
        version = self._versions[name]
        before = ".".join(str(part) for part in version)
        if random.random() < 0.25:
            version[1:] = [version[1] + 1, 0]
        else:
            version[2] += 1
        return name, before, ".".join(str(part) for part in version)


def follow_up(random: Random) -> str:
    """The title of a later commit."""
    return random.choice(FOLLOW_UPS)


def branch_of(title: str, author: str) -> str:
    """A branch's name as people choose them."""
    words = [word.strip(",").replace("'", "") for word in title.lower().split()]
    kept = [word for word in words if word.isalpha() and word not in _SMALL_WORDS]
    return f"{author}/{'-'.join(kept[:4])}"
