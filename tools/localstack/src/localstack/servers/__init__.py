"""A real Kafka and a real MongoDB, from the first place that has them.

async with servers(data_dir=path) as s:
    ...  # s.kafka, s.mongo, s.kind

`cluster` gives three of each, for tests that end some of them.
"""

from localstack.servers.cluster import Cluster, cluster
from localstack.servers.which import Servers, servers

__all__ = ["Cluster", "Servers", "cluster", "servers"]
