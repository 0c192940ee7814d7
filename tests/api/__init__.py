"""The host application's door."""
