"""HTTP as every service speaks it: problems, access, paging, idempotency, probes."""
