"""To be imported before all else by what starts a service: it makes the imports cheaper."""

from giftstream.garbage import look_for_none_yet

look_for_none_yet()
