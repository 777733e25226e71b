"""Sources that are data: one YAML file a system, and its cases beside it."""

from functools import cache
from pathlib import Path

from changeproof.sources.kinds import Family, Kind
from changeproof.sources.mappings.loader import files_of, read_heading, read_mapping
from changeproof.sources.mappings.shape import Mapping
from changeproof.sources.mappings.translate import kind_of


def _shipped(path: Path) -> Kind:
    text = path.read_text("utf-8")

    @cache
    def mapping() -> Mapping:
        return read_mapping(text, path.name)

    return kind_of(read_heading(text, path.name), mapping)


KINDS: tuple[Kind, ...] = tuple(_shipped(path) for path in files_of(Path(__file__).parent))
FAMILIES: tuple[Family, ...] = (
    Family("bitbucket", "Bitbucket", ("bitbucket-cloud", "bitbucket-server")),
    Family(
        "deploys-ci",
        "Builds, deployments and feature flags",
        (
            *("jenkins", "circleci", "circleci-usage", "buildkite", "tekton", "aws-pipelines"),
            *("azure-pipelines", "spinnaker", "octopus", "harness", "heroku"),
            *("heroku-deploy-hook", "netlify", "launchdarkly", "flagsmith"),
        ),
    ),
)
