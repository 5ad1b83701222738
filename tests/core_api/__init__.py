"""The API over real HTTP and WebSocket, served by the real server, before a real PostgreSQL."""
