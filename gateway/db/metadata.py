"""The one collection of tables; each room's `tables.py` adds its own to it."""

from sqlalchemy import MetaData

METADATA = MetaData()
