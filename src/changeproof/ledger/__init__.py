"""Events to evidence: pure projectors and joins, and the tables that store their rows."""
