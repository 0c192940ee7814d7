"""The benchmark: the webhook and the access path through the real server, beside what the same server can do at all."""
