"""`giftstream dlq`: records that nobody could use, kept as they came, and their way back.

A replay writes the record's bytes, key and headers to its topic again, names the service that it is
for (`dlq-replay-for`; the topic's other readers have had it and leave it alone), and then notes the
replay in the dead-letter topic itself: a record without value whose header `dlq-replayed` is the
letter's place. So a second run knows what was replayed, on any machine, while the letter lives.
A crash between the two means a second replay, which is harmless: effects are once per event.
"""
