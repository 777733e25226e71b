"""Measurements of what Changeproof promises, each beside a peer measured in the same run.

`make bench [ONLY=name]`. A module in `bench/measured/` holds one benchmark.
"""
