"""What every giftstream service shares: events, delivery, outbox, storage, sealing, HTTP."""
