"""What giftstream costs, as ratios against the barest loop that could do the same, in one run."""
