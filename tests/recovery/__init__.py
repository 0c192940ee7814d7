"""What brings the mirror back to the truth, whatever went wrong."""
