"""Addresses of programs: the API, the public log, the probes, the schema for editors."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from changeproof.api import public
from changeproof.api.app import api, unknown_operation
from changeproof.api.metrics import metrics

_unknown = csrf_exempt(login_not_required(unknown_operation))

urlpatterns = [
    path("health", public.health, name="health"),
    path("ready", public.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("log/checkpoint", public.checkpoint, name="log_checkpoint"),
    path("log/tile/<path:path>", public.tile, name="log_tile"),
    path("api/policy.schema.json", public.policy_schema, name="policy_schema"),
    re_path(r"^api/?$", _unknown),
    path("scim/v2/", include("changeproof.api.scim.urls")),
    path("api/", api.urls),
    re_path(r"^api/", _unknown),
]
