"""Where an order intent becomes a fill: venues behind one port."""
