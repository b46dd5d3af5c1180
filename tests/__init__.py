"""Tests that belong to no member alone."""
