"""Which topics there are, and `apply`, which makes a cluster have them."""

from giftstream.topics.apply import Difference, TopicsNotApplied, apply
from giftstream.topics.table import TOPICS, Topic, all_topics

__all__ = ["TOPICS", "Difference", "Topic", "TopicsNotApplied", "all_topics", "apply"]
