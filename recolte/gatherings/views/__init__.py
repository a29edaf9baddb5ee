"""The pages of a gathering: one module a subject."""
