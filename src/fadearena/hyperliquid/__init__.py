"""The exchange's language: typed messages, the socket session as a state machine, signatures, and one transport."""
