"""Measurements (`make bench`): a command, not a test. One JSON line per figure."""
