"""What touches hardware: cameras, the PLC, and the simulator that stands for both."""
