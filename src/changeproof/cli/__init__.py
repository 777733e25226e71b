"""The `changeproof` command."""
