"""`giftstream lanes`: one lane a store, in which its orders wait to be placed."""
