"""Views: each asks one question, fills one page, and renders it."""
