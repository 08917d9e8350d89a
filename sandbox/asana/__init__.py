"""The double of Asana: REST API 1.0 with stories, events, webhooks and time tracking, on loopback."""
