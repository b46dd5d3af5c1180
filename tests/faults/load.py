"""What platforms publish meanwhile: selections, some twice, some by HTTP, some unsigned."""

import asyncio
import json
import random
import uuid
from collections.abc import Sequence
from typing import Any

import httpx
from aiokafka.errors import KafkaError
from support import topics
from support.brands import Brand
from support.waiting import until

TWICE, BY_HTTP, UNSIGNED = 0.1, 0.15, 0.15
PATIENCE_S = 60.0


class Load:
    """So many selections over so long, drawn from the seed. Whatever is away, each is sent until
    it was taken."""

    def __init__(self, seed: int, brands: Sequence[Brand], selections: int, within_s: float):
        self._drawing = random.Random(f"{seed} selections")
        self._brands = brands
        self._count = selections
        self._pause_s = within_s / selections
        self._run = uuid.uuid4().hex[:6]
        self.poison = [f"poison {seed}/{self._run}/{number}".encode() for number in range(3)]

    async def send(self) -> None:
        """Return when all were taken."""
        poisoned = {self._drawing.randrange(self._count): one for one in self.poison}
        async with asyncio.TaskGroup() as group:
            for number in range(self._count):
                brand = self._drawing.choice(self._brands)
                selection = self._selection(brand, number)
                group.create_task(self._sent(brand, selection, self._drawing.random()))
                if number in poisoned:
                    group.create_task(self._published(brand, [(b"poison", poisoned[number])]))
                await asyncio.sleep(self._pause_s)
        for one in set(self.poison) - set(poisoned.values()):
            await self._published(self._brands[0], [(b"poison", one)])

    def _selection(self, brand: Brand, number: int) -> dict[str, Any]:
        lines = [
            {
                "sku": brand.sku(product, self._drawing.randrange(2)),
                "quantity": self._drawing.randint(1, 2),
            }
            for product in self._drawing.sample(range(4), self._drawing.randint(1, 3))
        ]
        return brand.selection(selection_id=f"sel-{self._run}-{number}", lines=lines)

    async def _sent(self, brand: Brand, selection: dict[str, Any], chance: float) -> None:
        if chance < BY_HTTP:
            await self._posted(brand, selection)
        else:
            raw = json.dumps(selection).encode()
            key = f"{brand.brand_id}/{selection['selection_id']}".encode()
            again = 2 if chance > 1 - TWICE else 1
            signed = chance > BY_HTTP + UNSIGNED
            await self._published(brand, [(key, raw)] * again, signed=signed)
        brand.sent.append(selection)

    async def _published(
        self, brand: Brand, records: list[tuple[bytes, bytes]], *, signed: bool = True
    ) -> None:
        kafka = brand.stack.servers.kafka
        whole = [
            (
                "selection.submitted",
                key,
                raw,
                [("giftstream-signature", brand.signature(raw))] if signed else [],
            )
            for key, raw in records
        ]

        async def taken() -> bool:
            try:
                async with asyncio.timeout(15):
                    await topics.publish(kafka, whole)
            except (KafkaError, TimeoutError):
                return False
            return True

        await until(taken, within_s=PATIENCE_S, what="a selection taken by Kafka")

    async def _posted(self, brand: Brand, selection: dict[str, Any]) -> None:
        headers = {"Idempotency-Key": selection["selection_id"]}
        last: list[object] = []

        async def taken() -> bool:
            try:
                answer = await brand.stack.campaign.call(
                    "POST", "/selections", json=selection, headers=headers
                )
            except httpx.HTTPError as error:
                last[:] = [repr(error)]
                return False
            last[:] = [answer.status_code, answer.text]
            return answer.is_success

        try:
            await until(taken, within_s=PATIENCE_S, what="a selection taken by campaign")
        except AssertionError as error:
            raise AssertionError(f"{error}: {last}") from error
