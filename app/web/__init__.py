"""The door for customers and operators."""
