"""One change's page: its evidence read once, then chain, life, verdicts and roles out of it."""
