"""How Coldframe is put on machines."""
