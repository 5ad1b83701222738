"""Compositions: what makes a trader, a web server, a demo. With the CLI the only room that reads configuration."""
