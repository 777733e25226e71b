"""Directories of people: who somebody is elsewhere, when they came and when they left."""

from changeproof.sources.directories import audits, ldap, okta, roster, saml, scim

KINDS = (*scim.KINDS, *ldap.KINDS, *roster.KINDS, *okta.KINDS, *saml.KINDS, *audits.KINDS)
