"""Migrations of the private tables of the API."""
