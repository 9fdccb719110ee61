"""The pages of the studio: one file per area, each a handler that asks a front door and fills a template."""
