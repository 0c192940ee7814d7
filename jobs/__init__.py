"""The door for time."""
