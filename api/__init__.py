"""From URL to JSON: translation only."""
