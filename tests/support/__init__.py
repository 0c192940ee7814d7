"""What tests share: databases, clocks, the assembled product."""
