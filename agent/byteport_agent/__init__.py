"""The Raspberry Pi and Linux service and its command line."""
