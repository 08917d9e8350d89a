"""What Gleaner does: flows, pure rules, and the only clients that speak to Harvest. Knows no Slack."""
