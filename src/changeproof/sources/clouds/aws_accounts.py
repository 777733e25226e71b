"""Who acted in AWS: accounts for users, roles with their sessions, and AWS itself.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
User names and session names are often people's names or addresses, so they are pseudonyms in
keys: `aws:ACCOUNT/role/NAME/SESSION`. A session of no machine that we know is a person's.
"""

import re
from typing import Any

from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.facts import text
from changeproof.sources.identities import NOBODY, Identity

_MACHINE_SESSION = re.compile(
    r"i-[0-9a-f]{8,17}|botocore-session-\d+|aws-sdk-.*|aws-go-sdk-\d+|AWSCLI-Session|"
    r"AssumeRoleSession|GitHubActions|GitLab.*|(?:tfc|terraform)[-_]?.*|run-[A-Za-z0-9]{10,40}|"
    r"AWSCodeBuild-.*|AWSCodePipeline.*|\d{10,20}|[0-9a-f]{32}",
    re.IGNORECASE,
)
_BY_ITSELF = frozenset(
    f"{name}.amazonaws.com"
    for name in (
        "autoscaling", "application-autoscaling", "spot", "spotfleet", "ec2fleet", "eks-nodegroup",
        "elasticache", "rds", "backup", "guardduty", "inspector", "acm", "replicator.lambda",
        "elasticloadbalancing", "ops.apigateway", "trustedadvisor", "support", "dax", "batch",
    )
)  # fmt: skip
"""Services that act on a setting, not on somebody's call (CloudFormation acts on a call)."""


def aws_identity(who: dict[str, Any], account: str, pseudonyms: Pseudonyms) -> Identity:
    """The account of a record's `userIdentity`; NOBODY where it states none."""
    kind = text(who, "type")
    arn = text(who, "arn") or ""
    own = text(who, "accountId") or account
    if kind == "AWSService" or text(who, "invokedBy") in _BY_ITSELF:
        return Identity(f"aws:service/{text(who, 'invokedBy') or 'unnamed'}"[:500], "service")
    if kind == "Root":
        return Identity(f"aws:{own}/root", None)
    if kind == "IAMUser" and (name := text(who, "userName") or arn.rpartition("/")[2]):
        return Identity(f"aws:{own}/user/{pseudonyms.login(name)}", None)
    if ":assumed-role/" in arn or kind == "AssumedRole":
        return _session(who, arn, own, pseudonyms)
    if kind == "FederatedUser" and arn:
        return Identity(f"aws:{own}/federated/{pseudonyms.login(arn.rpartition('/')[2])}", None)
    if principal := text(who, "principalId") or text(who, "userName"):
        return Identity(f"aws:{own}/principal/{pseudonyms.login(principal)}", None)
    return NOBODY


def _session(who: dict[str, Any], arn: str, account: str, pseudonyms: Pseudonyms) -> Identity:
    role, _, session = arn.partition(":assumed-role/")[2].partition("/")
    session = session or (text(who, "principalId") or "").partition(":")[2]
    role = role or text(who, "sessionContext", "sessionIssuer", "userName") or "unnamed"
    key = f"aws:{account}/role/{role}"[:400]
    if not session:
        return Identity(key, None)
    issuer = text(who, "sessionContext", "sessionIssuer", "arn") or ""
    web = text(who, "sessionContext", "webIdFederationData", "federatedProvider") or ""
    if "/aws-service-role/" in issuer or role.startswith("AWSServiceRoleFor"):
        return Identity(key, "service")
    if _MACHINE_SESSION.fullmatch(session) or "token.actions" in web or "gitlab" in web:
        return Identity(f"{key}/{session}"[:500], "service")
    return Identity(f"{key}/{pseudonyms.login(session)}", None)


def acting_for_itself(record: dict[str, Any], who: dict[str, Any]) -> bool:
    """Whether AWS acted on a setting: a service-linked role, scaling, a renewed certificate."""
    issuer = text(who, "sessionContext", "sessionIssuer", "arn") or ""
    return (
        text(who, "type") == "AWSService"
        or text(record, "eventType") == "AwsServiceEvent"
        or text(who, "invokedBy") in _BY_ITSELF
        or "/aws-service-role/" in issuer
    )


def user_account(parameters: Any, account: str, pseudonyms: Pseudonyms) -> Identity:
    """The user or role that a call of IAM names."""
    if name := text(parameters, "userName"):
        return Identity(f"aws:{account}/user/{pseudonyms.login(name)}", None)
    if role := text(parameters, "roleName"):
        return Identity(f"aws:{account}/role/{role}"[:500], "service")
    return NOBODY
