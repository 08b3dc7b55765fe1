"""The only place where parts are put together from settings: one module a process, over `parts.py`.

A process imports its own module and no other: what it does not need would delay its start.
"""
