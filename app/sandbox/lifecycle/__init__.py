"""How subscriptions, invoices and payments live, whoever asked for it."""
