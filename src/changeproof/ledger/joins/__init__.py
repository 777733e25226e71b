"""How facts become changes: pure functions of rows, derived again where a fact touches them."""
