"""What holds about single objects for a time; rules give it a judge."""
