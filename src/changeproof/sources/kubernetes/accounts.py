"""Who acts in a cluster: users, service accounts, and the cluster's own controllers."""

import re

from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.identities import NOBODY, Identity

_SERVICE_ACCOUNT = re.compile(r"system:serviceaccount:([^:]{1,100}):([^:]{1,250})")
_CONTROLLER = re.compile(
    r"system:(?:node(?::.*)?|kube-.*|apiserver|masters|cloud-controller-manager|aws-.*|addon-manager"
    r"|serviceaccount:kube-system:.*)|eks:.*|aks-.*|gke-.*"
)


def cluster_identity(username: str | None, cluster: str, pseudonyms: Pseudonyms) -> Identity:
    """`k8s:CLUSTER/user/…`; a user's name is a pseudonym, for it may be a person's."""
    if not username:
        return NOBODY
    if found := _SERVICE_ACCOUNT.fullmatch(username):
        return Identity(f"k8s:{cluster}/serviceaccount/{found[1]}/{found[2]}"[:500], "service")
    if username.startswith("system:") or of_the_cluster(username):
        return Identity(f"k8s:{cluster}/system/{username}"[:500], "service")
    return Identity(f"k8s:{cluster}/user/{pseudonyms.login(username)}", None)


def of_the_cluster(username: str | None) -> bool:
    """Whether the cluster's own controllers acted: scaling, rolling, garbage collection."""
    return bool(username and _CONTROLLER.fullmatch(username))
