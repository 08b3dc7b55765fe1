"""Private servers and sources for the demo and the tests: loopback only, free ports, nothing left behind."""
