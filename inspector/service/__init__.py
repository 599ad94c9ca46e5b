"""The station's local API: state, alarms, commands, access and audit, for consoles that come and go."""
