"""The bare loop: aiokafka, pydantic, one bulk write a batch. Nothing faster could keep its word.

python -m bench.limit --kafka HOST:PORT --mongo URI --topic T --database D --records N
"""

import argparse

import uvloop
from aiokafka import AIOKafkaConsumer
from giftstream import mongo
from giftstream.events import SelectionSubmitted


async def consume(kafka: str, uri: str, topic: str, name: str, records: int) -> None:
    """Store one document for each record, at least once, and commit after each batch."""
    database = mongo.connect(uri, name)
    stored = database["orders"]
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=kafka,
        group_id=name,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    seen = 0
    while seen < records:
        batches = await consumer.getmany(timeout_ms=200, max_records=500)
        events = [
            SelectionSubmitted.model_validate_json(record.value)
            for batch in batches.values()
            for record in batch
        ]
        if not events:
            continue
        upserts: list[mongo.WriteOperation] = [
            mongo.UpdateOne(
                {"_id": f"{event.brand_id}/{event.selection_id}"},
                {"$setOnInsert": event.model_dump(mode="json")},
                upsert=True,
            )
            for event in events
        ]
        await stored.bulk_write(upserts, ordered=False)
        await consumer.commit()
        seen += len(events)
    await consumer.stop()
    mongo.close(database)


def main() -> None:
    """Read the arguments and run the loop to its end."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("kafka", "mongo", "topic", "database"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--records", type=int, required=True)
    given = parser.parse_args()
    uvloop.run(consume(given.kafka, given.mongo, given.topic, given.database, given.records))


if __name__ == "__main__":
    main()
