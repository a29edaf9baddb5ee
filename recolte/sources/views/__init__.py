"""The pages of sources: one module a subject."""
