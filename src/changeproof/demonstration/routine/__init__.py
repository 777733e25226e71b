"""The ordinary year: what people, bots and release trains do when nothing is wrong."""
