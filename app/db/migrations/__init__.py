"""Schema migrations, run by `paidthrough db upgrade`."""
