"""Connect Harvest: a person's own sign-in."""
