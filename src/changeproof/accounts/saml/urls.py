"""Addresses of SAML sign-in, under `account/`; the library asks for them by these names."""

from django.urls import URLPattern, path

from changeproof.accounts.saml import views

urlpatterns: list[URLPattern] = [
    path("saml/<slug:organization_slug>/login/", views.away, name="saml_login"),
    path("saml/<slug:organization_slug>/acs/", views.back, name="saml_acs"),
    path("saml/<slug:organization_slug>/acs/finish/", views.finish, name="saml_finish_acs"),
    path("saml/<slug:organization_slug>/metadata/", views.metadata, name="saml_metadata"),
    path("saml/<slug:organization_slug>/sls/", views.no_logout, name="saml_sls"),
]
