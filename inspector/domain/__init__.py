"""The vocabulary and the rules, pure: no I/O, no threads, no clock. Files here are public."""
