"""Event histories as Stripe would send them, made from a seed: for properties and for the benchmark."""
