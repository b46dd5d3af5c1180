"""A real Kafka and a real MongoDB, from the first place that has them.

async with servers(data_dir=path) as s:
    ...  # s.kafka, s.mongo, s.kind

"""

from localstack.servers.which import Servers, servers

__all__ = ["Servers", "servers"]
