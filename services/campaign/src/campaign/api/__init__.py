"""The HTTP routes: who may ask, what for, and how answers look. Decisions are made elsewhere."""
