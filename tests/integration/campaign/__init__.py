"""Tests of one kind, on servers of their own."""
