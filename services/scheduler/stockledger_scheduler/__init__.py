"""The scheduler: sends the commands that time brings about."""
