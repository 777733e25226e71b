"""GitOps: what Argo CD, Flux and the promoter deployed, and what they see running."""

from changeproof.sources.gitops.argo import ARGO
from changeproof.sources.gitops.flux import FLUX
from changeproof.sources.gitops.promoter import PROMOTER
from changeproof.sources.kinds import Family

KINDS = (ARGO, FLUX, PROMOTER)
FAMILY = Family(
    "argocd-flux", "Argo CD and Flux", (*(kind.name for kind in KINDS), "kubernetes-object")
)
