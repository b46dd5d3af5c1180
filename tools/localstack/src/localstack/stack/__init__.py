"""The whole system on this machine: what `make run` starts, feeds and watches."""
