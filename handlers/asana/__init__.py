"""Asana in Slack: which Harvest project its projects go to, and what people decide about hours that wait."""
