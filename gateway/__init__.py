"""The gateway: one archive over many hosts."""

VERSION = "0.1.0"
