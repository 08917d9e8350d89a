"""`/gleaner`: help, status, the channel's project, and every other command by its word."""
