"""Background jobs: a door that the worker comes in by. Each calls an action."""
