"""Bodies in the shapes that the real systems send, reduced to what a reader would recognise."""
