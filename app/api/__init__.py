"""The door for the host application."""
