"""Every side of the record held against its neighbour: what matches, and what is left over."""
