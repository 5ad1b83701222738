"""The words of the trade: frozen values and their arithmetic. Pure: no I/O, no clock, no dice."""
