"""Placing, put together; used by `app.py`."""

import asyncio
import socket
from datetime import timedelta

from giftstream.clock import now
from giftstream.delivery import Periodic
from giftstream.service import Service
from giftstream_platforms.access import AccessCache
from giftstream_platforms.http import store_client
from prometheus_client import Gauge

from order_placement.halts import Halts
from order_placement.placing.drive_lanes import DriveLanes
from order_placement.placing.lane import Lane
from order_placement.placing.lanes import Lanes, Paused
from order_placement.placing.last_look import LastLook
from order_placement.placing.lease import Lease
from order_placement.placing.limits import Limits
from order_placement.placing.place_order import PlaceOrder
from order_placement.placing.placements import Placements
from order_placement.placing.publish import PublishPlaced
from order_placement.placing.sweep_orphans import SweepOrphans
from order_placement.settings import Settings
from order_placement.stores.connected import ConnectedStores

DRIVE_EVERY_S = 0.2
COUNT_EVERY_S = 15.0
MOST_SWEEPS_S = 60.0


def connected_stores(service: Service, settings: Settings) -> ConnectedStores:
    """Every store that store-sync gives access to; for placing and for live stock in previews."""
    http = store_client(connections=settings.store_connections)
    access = AccessCache(service.internal(settings.store_sync_url))
    deadline_s = settings.store_deadline_s
    return ConnectedStores(service.database, access, http, deadline_s=deadline_s)


def limits_of(settings: Settings) -> Limits:
    """What placing is told from outside."""
    return Limits(
        lease_s=settings.lane_lease_s,
        renew_s=settings.lane_renew_s,
        store_deadline_s=settings.store_deadline_s,
        settle_s=settings.settle_s,
        longest_pause_s=settings.longest_pause_s,
        lane_concurrency=settings.lane_concurrency,
        alarm_after_s=settings.alarm_after_s,
        sweep_after_s=settings.sweep_after_s,
    )


def drive(service: Service, stores: ConnectedStores, settings: Settings) -> Periodic:
    """Place what is due, sweep what is left over, count what nobody knows. Wake the returned one
    with `soon()` when an order has become due."""
    limits = limits_of(settings)
    placements = Placements(service.database)
    # The same name after a restart: a replica may take its own lanes back at once.
    holder = f"{socket.gethostname()}:{settings.port}"
    lanes = Lanes(service.database, holder, limits.lease_s)
    publish = PublishPlaced(service.outbox)
    place = PlaceOrder(placements, LastLook(service.database), service.sealing, publish, limits)

    def make_lane(lease: Lease, paused: Paused | None, room: asyncio.Semaphore) -> Lane:
        return Lane(lease, paused, lanes, placements, place, stores, limits, room)

    halts = Halts(service.database)
    driver = DriveLanes(lanes, placements, make_lane, limits, halts)
    service.repositories(placements, lanes, halts)
    # Stops run in the reverse order: what is under way ends before the stores' connections do.
    service.on_stop(stores.close)
    service.on_stop(driver.stop)
    sweep = SweepOrphans(lanes, placements, stores, limits)
    service.every(min(limits.sweep_after_s / 4, MOST_SWEEPS_S), sweep, "orphans.sweep")
    _count_unknown(service, placements, limits)
    return service.every(DRIVE_EVERY_S, driver, "lanes.drive")


def _count_unknown(service: Service, placements: Placements, limits: Limits) -> None:
    unknown = Gauge(
        "giftstream_orders_outcome_unknown",
        "Orders of which nobody has known for longer than the alarm's limit what became of them.",
        registry=service.registry,
    )

    async def count() -> None:
        longest = timedelta(seconds=limits.alarm_after_s)
        unknown.set(await placements.unknown_for(now() - longest))

    service.every(COUNT_EVERY_S, count, "unknown.count")
