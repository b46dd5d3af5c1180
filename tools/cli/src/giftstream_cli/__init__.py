"""The giftstream command."""
