"""The FastAPI applications that services serve, all alike."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from giftstream.http.answers import install
from giftstream.http.bodies import BodyLimit
from giftstream.http.correlation import Correlation
from giftstream.http.described import DescribedApi, operation_id
from giftstream.http.health import Health

MAX_WEBHOOK_BYTES = 256 * 1024

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_api(service: str, health: Health, *, lifespan: Lifespan | None = None) -> FastAPI:
    """The internal listener's application: problems, limits, probes, metrics, docs."""
    app = DescribedApi(
        title=f"giftstream {service}",
        version="1",
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
    )
    install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Correlation)
    app.include_router(health.router())
    return app


def create_public_api(service: str, *, max_bytes: int = MAX_WEBHOOK_BYTES) -> FastAPI:
    """For the outside: nothing on it but what is added, and bodies are passed on as they came."""
    app = FastAPI(title=f"giftstream {service}", docs_url=None, redoc_url=None, openapi_url=None)
    install(app)
    app.add_middleware(BodyLimit, max_bytes=max_bytes, check_json=False)
    app.add_middleware(Correlation)
    return app
