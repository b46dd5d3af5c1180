"""`giftstream doctor`: is everything as it must be before traffic comes?"""
