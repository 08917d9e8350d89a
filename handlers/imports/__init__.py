"""What was read from Harvest: by hand, whom it does not know, and where an entry came from."""
