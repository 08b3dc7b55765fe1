"""The history of the gateway's schema: each revision in `versions` is one transaction."""
