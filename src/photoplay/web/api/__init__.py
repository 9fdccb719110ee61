"""The JSON doors: one file per resource."""
