"""Tries cameras for the gateway, which may not see them from where it is."""
