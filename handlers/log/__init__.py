"""`/log`: hours in, one card out."""
