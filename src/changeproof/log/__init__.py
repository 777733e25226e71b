"""The append-only Merkle log: tree, tiles, signed checkpoints, proofs, contents, storage."""
