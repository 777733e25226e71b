"""Files of migrations, named as the tables of those who run them name them."""

from changeproof.sources.migration_files import migration_names


def test_django_and_flyway_files_bear_the_names_of_their_tables():
    paths = [
        "src/price/migrations/0042_tax.py",
        "price/migrations/0043_more.py",
        "price/migrations/__init__.py",
        "migrations/0001_top.py",
        "db/sql/V42__tax.sql",
        "R__views.sql",
        "sql/tax.sql",
        "docs/migrations/tax.md",
    ]
    assert migration_names(paths) == (
        "price/0042_tax",
        "price/0043_more",
        "V42__tax.sql",
        "R__views.sql",
    )


def test_no_more_than_an_event_holds():
    many = [f"app/migrations/{number:04}_x.py" for number in range(90)]
    assert len(migration_names(many)) == 40
    assert migration_names([f"app/migrations/{'x' * 300}.py"]) == ()
