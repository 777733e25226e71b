"""Addresses of signing in and out."""

from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from changeproof.accounts import views
from changeproof.accounts.views import sign_out


@login_not_required
def _not_here(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    raise Http404


# Addresses of allauth that lead nowhere here: nobody signs up, addresses are an administrator's,
# an account is joined to a provider's by signing in, and without a mail server no password can be
# reset by mail.
CLOSED = ["signup", "email", "confirm-email", "3rdparty", "social"]
if not settings.MAIL.configured:
    CLOSED.append("password/reset")

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/<str:secret>/", views.sign_in_link, name="sign_in_link"),
    path("sign-out/", sign_out, name="sign_out"),
    path("account/logout/", sign_out, name="account_logout"),
    path("account/oidc/<slug:provider_id>/login/", oidc.login),
    path("account/oidc/<slug:provider_id>/login/callback/", oidc.callback),
    *(re_path(f"^account/{closed}/", _not_here) for closed in CLOSED),
    path("account/", include("allauth.urls")),
]
