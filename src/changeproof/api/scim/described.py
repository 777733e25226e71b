"""From the rows here to SCIM documents and back."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from scim2_models import Context, Meta

from changeproof.accounts.directory import keep_group, keep_user
from changeproof.accounts.models import DirectoryGroup, DirectoryUser
from changeproof.api.scim.resources import Group, GroupMember, GroupMembership, User


def user_document(request: HttpRequest, row: DirectoryUser) -> User:
    """A user as this server keeps them. `active` is what is so: who left is not."""
    user = User.model_validate(row.document, scim_ctx=Context.DEFAULT)
    user.id = row.pk
    if row.user is not None and not row.user.is_active:
        user.active = False
    user.groups = [
        GroupMembership(value=group.pk, display=group.display_name)
        for group in row.directory_groups.all()
    ] or None
    user.meta = _meta(request, row, "User", "scim_user")
    return user


def group_document(request: HttpRequest, row: DirectoryGroup) -> Group:
    """A group with its members."""
    members = [
        GroupMember(value=pk, ref=_address(request, "scim_user", pk))
        for pk in row.members.order_by("pk").values_list("pk", flat=True)
    ]
    return Group(
        id=row.pk,
        external_id=row.external_id or None,
        display_name=row.display_name,
        members=members or None,
        meta=_meta(request, row, "Group", "scim_group"),
    )


def kept_user(told: User, by: str, number: str | None = None) -> DirectoryUser:
    """Keep what a directory told of somebody. Raises Refusal."""
    document: dict[str, Any] = told.model_dump(
        scim_ctx=Context.DEFAULT, exclude={"id", "meta", "groups"}
    )
    return keep_user(document, by=by, number=number)


def kept_group(told: Group, by: str, number: str | None = None) -> DirectoryGroup:  # noqa: ARG001
    """Keep what a directory told of a group; roles are given in the directory's name."""
    members = [str(each.value) for each in told.members or () if each.value]
    return keep_group(
        str(told.display_name), members, external_id=told.external_id or "", number=number
    )


def version_of(row: DirectoryUser | DirectoryGroup) -> str:
    """The entity tag: weak, for group memberships stand in a user's document too."""
    return f'W/"{row.version}"'


def _meta(request: HttpRequest, row: DirectoryUser | DirectoryGroup, kind: str, name: str) -> Meta:
    return Meta(
        resource_type=kind,
        created=row.created_at,
        last_modified=row.modified_at,
        location=_address(request, name, row.pk),
        version=version_of(row),
    )


def _address(request: HttpRequest, name: str, number: str) -> str:
    return request.build_absolute_uri(reverse(name, args=[number]))
