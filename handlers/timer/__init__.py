"""`/timer`: Harvest's own timer, started and stopped from Slack."""
