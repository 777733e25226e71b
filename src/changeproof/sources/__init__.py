"""One module a foreign system: payload to events. Pure."""
