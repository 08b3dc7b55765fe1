"""Captions of frames: what a picture of a device shows, in words, sent to the gateway."""
