"""The decision kernel: from a bot's position and our limits to an order, or to a reason for none. Pure."""
