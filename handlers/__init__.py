"""Slack's side: what people type, press and see. One folder a feature; no database, no requests to Harvest."""
