"""Captions come in: from people's programs, and from hosts."""
