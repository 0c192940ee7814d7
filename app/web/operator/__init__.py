"""The door for operators: the console of support staff."""
