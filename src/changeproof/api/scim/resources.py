"""What a directory may tell of people and groups, and what this server can do (RFC 7643).

Fewer attributes than the standard names: what nothing here needs is neither asked for nor kept.
"""

from typing import Annotated

from pydantic import Field
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Filter,
    Mutability,
    Pagination,
    Patch,
    Reference,
    Required,
    Resource,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

MOST_RESULTS = 200
LARGEST = 1_000_000
"""Bytes of a request."""

_Text = Annotated[str | None, Field(max_length=400)]


class Name(ComplexAttribute):
    formatted: _Text = None
    given_name: _Text = None
    family_name: _Text = None


class Email(ComplexAttribute):
    value: Annotated[str | None, Field(max_length=320)] = None
    type: _Text = None
    primary: bool | None = None


class GroupMembership(ComplexAttribute):
    value: Annotated[str | None, Mutability.read_only] = None
    display: Annotated[str | None, Mutability.read_only] = None


class User(Resource):  # type: ignore[type-arg]
    """Somebody who may sign in."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = Field(
        None, min_length=1, max_length=320
    )
    name: Name | None = None
    display_name: _Text = None
    active: bool | None = None
    emails: list[Email] | None = Field(None, max_length=20)
    groups: Annotated[list[GroupMembership] | None, Mutability.read_only] = None


class GroupMember(ComplexAttribute):
    value: Annotated[str | None, Mutability.immutable] = None
    ref: Annotated[Reference["User"] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )


class Group(Resource):  # type: ignore[type-arg]
    """A group of them; which role it gives is said in issuers.yaml."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = Field(None, max_length=400)
    members: list[GroupMember] | None = None


CONFIGURATION = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MOST_RESULTS),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=True),
    pagination=Pagination(cursor=False, index=True, max_page_size=MOST_RESULTS),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="Bearer token",
            description="An API token with the scope directory:provision alone.",
            primary=True,
        )
    ],
)

# Entra ID sends attributes that nobody asked for, and names what to remove by value.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)

PROVIDER = ScimProvider(models=[User, Group], config=CONFIGURATION, policy=POLICY)
