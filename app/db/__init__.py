"""The only code that knows SQL: one module per table."""
