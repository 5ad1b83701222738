"""The HTTP and WebSocket face: reads views, writes only what an operator may say."""
