"""Infrastructure as code: what a plan would set, what was applied, what stands."""

from changeproof.sources.kinds import Family
from changeproof.sources.terraform.hcp import HCP
from changeproof.sources.terraform.plans import PLANS
from changeproof.sources.terraform.pulumi import PULUMI
from changeproof.sources.terraform.states import STATES

KINDS = (PLANS, STATES, HCP, PULUMI)
FAMILY = Family("terraform", "Terraform and Pulumi", tuple(kind.name for kind in KINDS))
