"""What pages show, read from the instance: one module a page, from the ledger to its dataclass."""
