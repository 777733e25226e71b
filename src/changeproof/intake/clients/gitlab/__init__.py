"""GitLab, the service and servers of one's own, asked for what its webhooks tell."""
