"""GitHub, cloud and Enterprise Server, asked for what its webhooks tell."""
