"""Cameras of the fleet: catalogue, connection tests, snapshots, health, import and export."""
