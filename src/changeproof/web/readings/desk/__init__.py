"""The desk: what waits for the viewer, one item opened, and the acts that can be taken on it."""
