"""Files of migrations, as the tables of those who run them name them: `app/0042_name`, `V2__x.sql`.

Django: `app/migrations/0042_name.py`, by the package's name, which is its label unless somebody
gave it another. Flyway: the script's own name.
"""

import re
from collections.abc import Iterable

_DJANGO = re.compile(r"(?:^|/)([^/]+)/migrations/([^/]+)\.py$")
_FLYWAY = re.compile(r"(?:^|/)([VR][^/]*__[^/]+\.sql)$")
_MOST = 40
_LONGEST = 200


def migration_names(paths: Iterable[str]) -> tuple[str, ...]:
    """The migrations among these paths, at most forty: what is left out is joined to nothing."""
    found: list[str] = []
    for path in paths:
        if django := _DJANGO.search(path):
            name = f"{django[1]}/{django[2]}"
            if django[2] != "__init__" and len(name) <= _LONGEST:
                found.append(name)
        elif (flyway := _FLYWAY.search(path)) and len(flyway[1]) <= _LONGEST:
            found.append(flyway[1])
    return tuple(dict.fromkeys(found))[:_MOST]
