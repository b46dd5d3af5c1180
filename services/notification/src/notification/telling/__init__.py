"""What is worth telling, and to whom: from orders to messages."""
