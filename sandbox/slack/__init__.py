"""A faithful, stateful double of one Slack workspace, and a driver for what people do in it."""
