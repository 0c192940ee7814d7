"""A subscription's life, played over real HTTP between a small Stripe, the service and its jobs."""
