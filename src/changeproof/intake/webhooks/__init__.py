"""Who may deliver by webhook: how each system proves itself, and the secrets that we share."""
