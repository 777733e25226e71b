"""Addresses of signing in and out."""

from allauth.account.views import LogoutView
from django.urls import include, path

urlpatterns = [
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("account/", include("allauth.urls")),
]
