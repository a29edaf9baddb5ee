"""The mirror, and the issues that come from it."""
