"""Wrenfield Parcels, a made company: twelve months of its deliveries and acts at the desk.

Everything here is invented, people included. It comes in as payloads in the shapes of the real
systems, so a demonstration instance takes the road that everybody's evidence takes.
"""
