"""What a path touches: one area each, the harmless ones narrowly."""

import pytest

from changeproof.sources.areas import area_of, areas_of


@pytest.mark.parametrize(
    ("path", "area"),
    [
        (".github/workflows/release.yml", "pipeline"),
        (".gitlab-ci.yml", "pipeline"),
        ("ci/Jenkinsfile", "pipeline"),
        (".github/CODEOWNERS", "code_owners"),
        ("docs/CODEOWNERS", "code_owners"),
        ("shop/migrations/0007_prices.py", "migration"),
        ("db/migrate/20260101_add.rb", "migration"),
        ("requirements/main.txt", "dependencies"),
        ("requirements.txt", "dependencies"),
        ("web/package-lock.json", "dependencies"),
        ("go.sum", "dependencies"),
        ("infra/main.tf", "infrastructure"),
        ("Dockerfile", "infrastructure"),
        ("deploy/helm/values-production.yaml", "infrastructure"),
        ("tests/test_cart.py", "tests"),
        ("src/cart.test.ts", "tests"),
        ("cart_test.go", "tests"),
        ("README.md", "documentation"),
        ("docs/guide/flow.png", "documentation"),
        ("docs/conf.py", "code"),
        ("docs/_static/app.js", "code"),
        ("config/settings.toml", "configuration"),
        (".env.production", "configuration"),
        ("src/shop/cart.py", "code"),
        ("src/contest.py", "code"),
        ("latest/cart.py", "code"),
    ],
)
def test_a_path_has_one_area(path: str, area: str) -> None:
    assert area_of(path) == area


def test_areas_are_counted() -> None:
    assert areas_of(["a.py", "b.py", "README.md"]) == {"code": 2, "documentation": 1}
    assert areas_of([]) == {}
