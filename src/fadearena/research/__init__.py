"""The same decisions over recorded history: no exchange, no database."""
