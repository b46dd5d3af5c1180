"""Writes docs/asyncapi and docs/openapi from the code: `make specs`."""
