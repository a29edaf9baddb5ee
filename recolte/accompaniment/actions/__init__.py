"""What happens: calls are opened, collectives apply, readers read, a choice is made. One module a subject."""
