"""What cameras saw, in words: taken in, kept for two hours, merged into events of a graph, searched."""
