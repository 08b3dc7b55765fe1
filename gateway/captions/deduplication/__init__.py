"""From captions that say the same to events. Plain: no store, no clock."""
