"""The pages of phase 2: one module a subject."""
