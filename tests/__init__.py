"""Tests, one folder a room; also the command that runs every check."""
