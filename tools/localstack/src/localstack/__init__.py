"""Kafka, MongoDB, the services, the simulator and a mail inbox, started with one command."""
