"""The simulator, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.autopilot import Autopilot
from simulator.control.app import app_api
from simulator.control.faults import faults_api
from simulator.control.goods import goods_api
from simulator.control.merchant import access_api, orders_api
from simulator.control.running import running_api
from simulator.control.stores import stores_api
from simulator.control.webhooks import webhooks_api
from simulator.settings import Settings
from simulator.shopify.platform import Shopify
from simulator.world import Platform, Refused, World


def create_app(settings: Settings) -> ASGIApp:
    """Everything in one process; state comes from and goes to `settings.state`."""
    world = World.open(settings)
    platforms: dict[str, Platform] = {"shopify": Shopify(world)}
    autopilot = Autopilot(world, platforms)
    world.courier.on_given_up = lambda store_id, subscription: _give_up(
        world, platforms, store_id, subscription
    )

    control = FastAPI(title="giftstream simulator", lifespan=_background(world, autopilot))
    control.include_router(stores_api(world, platforms))
    control.include_router(faults_api(world))
    control.include_router(webhooks_api(world))
    control.include_router(orders_api(world, platforms))
    control.include_router(goods_api(world, platforms))
    control.include_router(app_api(world, platforms))
    control.include_router(access_api(world, platforms))
    control.include_router(running_api(world, autopilot))
    control.add_exception_handler(Refused, _refused)

    return _dispatch(world, platforms, control)


def _dispatch(world: World, platforms: dict[str, Platform], control: ASGIApp) -> ASGIApp:
    """/<platform>/<store>/… is the vendor's, all else is ours."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        parts = scope["path"].split("/", 3) if scope["type"] == "http" else []
        if len(parts) > 2 and parts[1] in platforms:
            store = world.stores.get(parts[2])
            await platforms[parts[1]].answer(store, scope, receive, send)
        else:
            await control(scope, receive, _committing(world, send))

    return app


def _committing(world: World, send: Send) -> Send:
    """Whoever reads an answer may rely on it being on disk."""

    async def commit_and_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            world.database.commit()
        await send(message)

    return commit_and_send


def _background(world: World, autopilot: Autopilot):  # type: ignore[no-untyped-def]  # FastAPI's lifespan
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(world.courier.run()), asyncio.create_task(autopilot.run())]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        world.database.close()

    return lifespan


def _give_up(
    world: World, platforms: dict[str, Platform], store_id: str, subscription: str
) -> bool:
    store = world.stores.get(store_id)
    if store is None:
        return False
    return platforms[store.platform].subscription_given_up(store, subscription)


async def _refused(_request: Request, refusal: Exception) -> JSONResponse:
    status = refusal.status if isinstance(refusal, Refused) else 500
    return JSONResponse({"detail": str(refusal)}, status_code=status)
