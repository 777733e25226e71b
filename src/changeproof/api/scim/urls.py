"""Addresses of `/scim/v2`."""

from django.urls import path, re_path

from changeproof.api.scim import discovery, views
from changeproof.api.scim.door import for_directories, told

_unknown = for_directories(lambda request, by: told(404, "There is no such address."))  # noqa: ARG005
_one_kind_at_a_time = for_directories(
    lambda request, by: told(501, "Search users or groups.")  # noqa: ARG005
)

urlpatterns = [
    path("ServiceProviderConfig", discovery.configuration, name="scim_configuration"),
    path("Schemas", discovery.schemas, name="scim_Schemas"),
    path("Schemas/<str:number>", discovery.schemas),
    path("ResourceTypes", discovery.resource_types, name="scim_ResourceTypes"),
    path("ResourceTypes/<str:number>", discovery.resource_types),
    path("Users", views.many(views.USERS)),
    path("Users/.search", views.search(views.USERS)),
    path("Users/<str:number>", views.one(views.USERS), name="scim_user"),
    path("Groups", views.many(views.GROUPS)),
    path("Groups/.search", views.search(views.GROUPS)),
    path("Groups/<str:number>", views.one(views.GROUPS), name="scim_group"),
    path(".search", _one_kind_at_a_time),
    re_path(r"", _unknown),
]
