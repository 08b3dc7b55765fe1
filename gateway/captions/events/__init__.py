"""Events searched and shown, with their pictures and their places in the archive."""
