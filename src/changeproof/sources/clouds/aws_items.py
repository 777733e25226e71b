"""What a call of AWS was about, named so that a plan's resource has the same name: `s3/name`."""

import re
from typing import Any

from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.facts import inside, listed, text

_NAMED_BY = (
    "bucketName",
    "functionName",
    "trailName",
    "name",
    "roleName",
    "groupName",
    "policyName",
    "tableName",
    "queueName",
    "topicArn",
    "clusterName",
    "cluster",
    "serviceName",
    "service",
    "stackName",
    "repositoryName",
    "secretId",
    "dBInstanceIdentifier",
    "dBSnapshotIdentifier",
    "dBClusterIdentifier",
    "dbInstanceIdentifier",
    "groupId",
    "instanceId",
    "imageId",
    "volumeId",
    "routeTableId",
    "vpcId",
    "hostedZoneId",
    "loadBalancerArn",
    "targetGroupArn",
    "ruleArn",
    "keyId",
    "logGroupName",
    "alarmName",
    "guardrailIdentifier",
    "domainName",
    "policyArn",
    "resourceArn",
    "resourceId",
    "arn",
    "id",
)
"""Parameters that name what a call is about, in the order in which they are asked."""

_OF_EC2 = frozenset(
    [
        "instance",
        "security_group",
        "security_group_rule",
        "vpc",
        "subnet",
        "route",
        "route_table",
        "ebs_volume",
        "eip",
        "internet_gateway",
        "nat_gateway",
        "network_acl",
        "network_interface",
        "launch_template",
        "ami",
        "key_pair",
    ]
)
_SHORT = {
    "cloudwatch_log_group": "logs",
    "lb": "elasticloadbalancing",
    "alb": "elasticloadbalancing",
    "db_instance": "rds",
    "db_snapshot": "rds",
}
_NAMES = ("bucket", "function_name", "name", "identifier", "id", "arn", "role", "user", "secret_id")


def item_of(record: dict[str, Any], source: str, name: str, pseudonyms: Pseudonyms) -> str | None:
    """`service/name` of what the call was about; a user's name is a pseudonym."""
    service = source.partition(".")[0]
    parameters = inside(record, "requestParameters")
    if service == "iam" and (user := text(parameters, "userName")):
        return f"iam/user/{pseudonyms.login(user)}"
    if named := text(parameters, "instancesSet", "items", 0, "instanceId"):
        return f"{service}/{named}"[:500]
    for key in _NAMED_BY:
        if named := text(parameters, key):
            return f"{service}/{_last(named)}"[:500]
    for resource in listed(record, "resources"):
        if arn := text(resource, "ARN") or text(resource, "arn"):
            return f"{service}/{_last(arn)}"[:500]
    return f"{service}/{name}"[:500]


def names_of_resource(kind: str, pseudonyms: Pseudonyms, *states: Any) -> list[str]:
    """The names under which calls know a Terraform resource of that type in those states."""
    if not kind.startswith("aws_"):
        return []
    if kind == "aws_iam_user":
        users = [name for state in states if (name := text(state, "name"))]
        return list(dict.fromkeys(f"iam/user/{pseudonyms.login(name)}" for name in users))
    rest = kind.removeprefix("aws_")
    service = "ec2" if rest in _OF_EC2 else _SHORT.get(rest, rest.partition("_")[0])
    found = [
        f"{service}/{_last(value)}"[:500]
        for state in states
        for key in _NAMES
        if (value := text(state, key))
    ]
    return list(dict.fromkeys(found))


def _last(name: str) -> str:
    return re.split(r"[/:]", name)[-1] if name.startswith("arn:") else name
