"""The front door: the command line, the configuration and the wiring of the house."""
