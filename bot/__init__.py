"""The process: settings, composition root, web routes, schedule, jobs engine, command line."""
