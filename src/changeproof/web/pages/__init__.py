"""What each page shows, as frozen dataclasses: filled by the views, read by the templates."""
