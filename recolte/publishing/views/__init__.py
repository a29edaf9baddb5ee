"""The pages of what leaves the house: one module a subject."""
