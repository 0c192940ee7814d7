"""The host application's door, and the machines' questions about this process."""
