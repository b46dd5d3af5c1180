"""What became of every gift, folded from order.changed."""
