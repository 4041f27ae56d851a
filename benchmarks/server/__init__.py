"""Whether the server holds under load: a site that never sleeps, people who read, a receiver that is dead."""
