"""What each command does: gathers, calls, prints. Loaded only when the command is used."""
