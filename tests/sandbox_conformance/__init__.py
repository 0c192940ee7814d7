"""The sandbox before the independent judges of Stripe's shape."""
