"""Events in Neo4j: written in one transaction a camera, read back. The only rooms that speak its language."""
