"""Captions of the last two hours in Redis, and the journals that have them until they are merged."""
