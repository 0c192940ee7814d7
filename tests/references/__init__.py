"""Independent judges of Stripe's shape."""
