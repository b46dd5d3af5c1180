"""This machine's Docker engine: does it answer, what images has it, what did killed runs leave."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from docker.errors import APIError, ImageNotFound
from testcontainers.core.config import testcontainers_config
from testcontainers.core.docker_client import DockerClient, get_docker_host

from localstack.errors import ServerUnavailable
from localstack.locking import holder
from localstack.servers.docker.calls import TROUBLE, blocking, detached
from localstack.waiting import together

PING_WITHIN_S = 2
CALL_WITHIN_S = 60
LABEL = "giftstream.data"
"""On each container: the data directory that it works on."""

_HERE = frozenset({"", "unix", "npipe"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Engine:
    """An engine that has answered."""

    def __init__(self, client: DockerClient) -> None:
        self._client = client.client

    async def user(self) -> str:
        """Who writes the data files, so that we may remove them: us.

        For an engine without root rights that is the container's root.
        """
        info = await blocking(self._client.info)
        rootless = "name=rootless" in (info.get("SecurityOptions") or [])
        return "0:0" if rootless else f"{os.getuid()}:{os.getgid()}"

    async def fetch(self, images: Sequence[str], note: Callable[[str], None]) -> None:
        """Return once all are here; ServerUnavailable names the one that cannot be had."""
        await together(*(self._fetch(image, note) for image in images))

    async def remove_left(self, data_dir: Path) -> None:
        """Remove the containers of this data directory, and those whose launcher was killed."""
        await blocking(lambda: self._remove_left(str(data_dir)))

    async def _fetch(self, image: str, note: Callable[[str], None]) -> None:
        image = testcontainers_config.hub_image_name_prefix + image  # as its containers will
        if await blocking(lambda: self._has(image)):
            return
        note(f"fetching the image {image}")
        try:
            await detached(lambda: self._client.images.pull(image))
        except ServerUnavailable as error:
            message = f"The Docker engine answers, but has no image {image}: {error}"
            raise ServerUnavailable(message) from None

    def _has(self, image: str) -> bool:
        try:
            self._client.images.get(image)
        except ImageNotFound:
            return False
        return True

    def _remove_left(self, data_dir: str) -> None:
        ours = self._client.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True)
        for container in ours:
            place = container.labels[LABEL]
            if place == data_dir or _abandoned(Path(place)):
                # Somebody else may be removing it, too.
                with contextlib.suppress(APIError):
                    container.remove(force=True, v=True)


async def engine() -> Engine:
    """The engine that DOCKER_HOST or the current context names; ServerUnavailable says why not."""
    return await blocking(_find)


def _find() -> Engine:
    host = urlsplit(get_docker_host() or "")
    if host.scheme not in _HERE and host.hostname not in _LOOPBACK:
        # Our data directory is not there, and its ports are not here.
        raise ServerUnavailable(f"The Docker engine at {host.geturl()} is not on this machine.")
    try:
        client = DockerClient(timeout=PING_WITHIN_S)
        client.client.ping()
        client.client.api.timeout = CALL_WITHIN_S
    except TROUBLE as error:
        raise ServerUnavailable(f"No Docker engine answers ({_innermost(error)}).") from None
    return Engine(client)


def _innermost(error: BaseException) -> str:
    """The libraries wrap it again and again."""
    while error.__context__ is not None:
        error = error.__context__
    return str(error)[:200]


def _abandoned(data_dir: Path) -> bool:
    try:
        return holder(data_dir / "servers.lock") is None
    except OSError:
        return False  # somebody else's
