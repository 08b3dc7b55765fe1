"""Malls, their camera pins, the videos uploaded for a pin, and the jobs that process them."""
