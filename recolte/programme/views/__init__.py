"""The pages of the programme, of the money and of agreements: one module a subject."""
