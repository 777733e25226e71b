"""SCIM 2.0 for the company's directory: RFC 7643 and RFC 7644."""
