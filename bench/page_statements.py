"""`python -m bench.page_statements DATA PAGE …`: how many statements each page reads with, and how
heavy it is, in this process alone.

Prints JSON: by page the statements after something new (`first`) and from then on (`again`), and
its `bytes` as they go over the wire before compression. Beginnings and ends of views are not
counted.
"""

import json
import os
import sys

_AROUND = ("BEGIN", "ROLLBACK", "COMMIT", "SAVEPOINT", "RELEASE", "--")


def main(data: str, *pages: str) -> None:
    os.environ["CHANGEPROOF_DATA"] = data
    os.environ["DJANGO_SETTINGS_MODULE"] = "changeproof.site.settings"
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    from changeproof.accounts.people import operator

    browser = Client(HTTP_HOST="localhost")
    browser.force_login(operator(), backend="allauth.account.auth_backends.AuthenticationBackend")
    connection.ensure_connection()
    said: list[str] = []
    connection.connection.set_trace_callback(said.append)

    def ask(page: str) -> tuple[int, int]:
        said.clear()
        answer = browser.get(page)
        if answer.status_code != 200:
            raise SystemExit(f"{page} answered {answer.status_code}")
        return sum(not each.startswith(_AROUND) for each in said), len(answer.content)

    told = {}
    for page in pages:
        first, _ = ask(page)
        again, weight = ask(page)
        told[page] = {"first": first, "again": again, "bytes": weight}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
