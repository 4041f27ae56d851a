"""The platform: accounts, cameras, tasks, alarms, pushes, reports. It deals in documents, never in frames."""
