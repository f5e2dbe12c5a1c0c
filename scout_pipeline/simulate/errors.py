"""The one error of the simulator that a person can act on."""


class SimulationError(Exception):
    """What was wrong, with what value, and what to do next, in one line."""
