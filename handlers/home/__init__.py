"""App Home: the running timer and today on top, Log time one press away."""
