"""What crosses the wire between a host agent and the gateway: one module a message, both ends use it."""
