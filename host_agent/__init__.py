"""The host agent: one on every machine that has capture devices."""

VERSION = "0.1.0"
