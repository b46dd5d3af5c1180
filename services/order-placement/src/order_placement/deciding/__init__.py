"""Decisions about orders that exist: a fact changed, or a person edits, places, rejects, cancels.

All are plans over facts, as intake is, and are carried out by compare-and-set (`carry_out`).
"""
