"""From a record of `selection.submitted` to gift orders, a refusal, or a wait.

Read in this order: `submission` (what came), `admission` (may it come in), `routing` (which store
gets which line), `allowances` (what the creator may have), `documents` (what is stored).
"""
