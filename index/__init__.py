"""From rows to findable documents: one port, two engines, and what keeps them in step with the store."""
