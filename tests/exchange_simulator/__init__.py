"""Tests of the exchange simulator: its laws, its protocol, its faults."""
