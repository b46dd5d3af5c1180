"""Tests on real servers, services as processes."""
