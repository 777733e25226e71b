"""Populations and evidence packs: what an auditor is handed."""
