"""The control API: what tests, scripts and people steer the simulated stores with."""
