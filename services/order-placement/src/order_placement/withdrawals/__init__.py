"""Selections that their publisher takes back: it counts until placing starts.

A withdrawal is a document of the selection's id, written by `receive_withdrawal` whichever of the
two came first. Intake finds it and makes the orders cancelled from the beginning; orders that are
there already are cancelled one by one by `carry_out_withdrawals`, which looks more than once: a
selection may be taken in at this very moment by somebody who has not seen the withdrawal.
"""
