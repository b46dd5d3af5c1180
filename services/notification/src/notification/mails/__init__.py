"""Messages on their way: claimed, written, handed over, marked."""
