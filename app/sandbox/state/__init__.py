"""What the imitated account remembers: objects, events, time and what falls due."""
