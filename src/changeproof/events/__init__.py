"""The vocabulary: frozen typed events, canonical JSON, identifiers. Imports nothing of ours."""
