"""What a commit touches, by well-known places and names of files: `RevisionRecorded.areas`.

A path has one area: the first whose pattern fits, the most consequential first. The patterns are
narrow where an area makes a change look harmless: a program under `docs/` is code.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from changeproof.events.revisions import Area

_PATTERNS: tuple[tuple[Area, str], ...] = (
    ("code_owners", r"(^|/)(codeowners|owners|owners_aliases)$"),
    (
        "pipeline",
        r"^\.(github|gitea|forgejo)/(workflows|actions)/"
        r"|(^|/)\.(circleci|buildkite|woodpecker|teamcity|tekton)/"
        r"|(^|/)(\.gitlab-ci[^/]*|\.travis|\.drone|\.cirrus|\.woodpecker|appveyor|\.appveyor"
        r"|azure-pipelines[^/]*|bitbucket-pipelines|cloudbuild[^/]*|buildspec[^/]*)\.ya?ml$"
        r"|(^|/)jenkinsfile[^/]*$|^\.gitlab/ci/|(^|/)skaffold\.ya?ml$",
    ),
    (
        "migration",
        r"(^|/)(migrations?|migrate|alembic/versions|flyway|liquibase|changelogs?/db)/[^/]+"
        r"\.(py|sql|rb|php|js|ts|go|java|kt|cs|xml|ya?ml|exs)$"
        r"|(^|/)db/(schema\.rb|structure\.sql)$|(^|/)v[0-9_.]+__[^/]*\.sql$",
    ),
    (
        "dependencies",
        r"(^|/)(requirements[^/]*\.(txt|in)|constraints[^/]*\.txt|pyproject\.toml|setup\.(py|cfg)"
        r"|pipfile(\.lock)?|poetry\.lock|uv\.lock|pdm\.lock|package(-lock)?\.json|yarn\.lock"
        r"|pnpm-lock\.yaml|npm-shrinkwrap\.json|bun\.lockb?|go\.(mod|sum|work|work\.sum)"
        r"|cargo\.(toml|lock)|gemfile(\.lock)?|[^/]*\.gemspec|composer\.(json|lock)|pom\.xml"
        r"|build\.gradle(\.kts)?|gradle\.lockfile|libs\.versions\.toml|mix\.(exs|lock)"
        r"|packages\.(config|lock\.json)|directory\.packages\.props|[^/]*\.csproj|pubspec\.(yaml|lock)"
        r"|podfile(\.lock)?|package\.(swift|resolved)|flake\.lock|\.gitmodules)$"
        r"|(^|/)requirements/[^/]+\.(txt|in)$",
    ),
    (
        "infrastructure",
        r"\.(tf|tfvars|tf\.json|hcl|bicep|nomad)$|\.terraform\.lock\.hcl$"
        r"|(^|/)(dockerfile|containerfile)[^/]*$|[^/]\.dockerfile$"
        r"|(^|/)(docker-)?compose[^/]*\.ya?ml$|(^|/)(chart|values[^/]*|kustomization|helmfile)\.ya?ml$"
        r"|(^|/)(terraform|helm|charts|k8s|kubernetes|kustomize|manifests|ansible|pulumi"
        r"|cloudformation|infra|infrastructure|argocd|flux)/.+\.(ya?ml|json|j2|tpl|toml|conf|sh)$"
        r"|(^|/)(procfile|serverless\.ya?ml|pulumi[^/]*\.ya?ml|cdk\.json|fly\.toml|app\.yaml)$",
    ),
    (
        "tests",
        r"(^|/)(tests?|specs?|__tests__|testdata|e2e)/"
        r"|(^|/)(test_[^/]*|[^/]*_test|[^/]*[._-](test|spec|cy))\.[a-z]+$|(^|/)conftest\.py$"
        r"|(^|/)[^/]*tests?\.(java|kt|cs|swift)$",
    ),
    (
        "documentation",
        r"\.(md|mdx|markdown|rst|adoc|asciidoc)$"
        r"|(^|/)(readme|licen[cs]e|changelog|changes|contributing|authors|notice|copying)(\.txt)?$"
        r"|(^|/)docs?/.+\.(txt|png|jpe?g|gif|svg|webp|drawio|puml)$",
    ),
    (
        "configuration",
        r"\.(ya?ml|toml|ini|cfg|conf|config|properties|env|json|json5|plist|editorconfig)$"
        r"|(^|/)\.[^/]+$|(^|/)\.env[^/]*$",
    ),
)
_AREAS = tuple((area, re.compile(pattern, re.IGNORECASE)) for area, pattern in _PATTERNS)


@lru_cache(maxsize=1 << 16)
def area_of(path: str) -> Area:
    """The area of one path, which is relative to the repository's top."""
    return next((area for area, pattern in _AREAS if pattern.search(path)), "code")


def areas_of(paths: Iterable[str]) -> dict[Area, int]:
    """How many of these paths each area has, by the area's name."""
    counts: dict[Area, int] = {}
    for path in paths:
        area = area_of(path)
        counts[area] = counts.get(area, 0) + 1
    return counts
