"""What belongs to a user, not to one session: settings, places of files, lists of what was used last, the log."""
