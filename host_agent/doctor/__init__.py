"""Looks at a machine before, or while, an agent runs on it and says what to do about what it finds."""
