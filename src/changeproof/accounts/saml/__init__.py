"""Sign-in by SAML 2.0: what the library leaves open, closed."""
