"""Figures the house promises, measured: one file per subject, each with a `figures()` that yields them."""
