"""Apache Kafka from its Maven artifacts, fetched once for all stacks of a checkout."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from pathlib import Path

from localstack.errors import ServerUnavailable
from localstack.locking import locked

KAFKA = "4.3.0"
LOG4J = "2.25.3"
FETCH_WITHIN_S = 240.0
JAVA = 17

POM = f"""<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>giftstream</groupId><artifactId>kafka-jars</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>{KAFKA}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
      <version>{LOG4J}</version>
    </dependency>
  </dependencies>
</project>
"""

_ELSE = "or name a running server in GIFTSTREAM_KAFKA"


async def kafka_jars(cache: Path) -> Path:
    """The directory of the jars, fetched when it is not there yet; ServerUnavailable says why not.

    Starters at the same time wait for each other, and an interrupted fetch leaves nothing behind
    that looks complete.
    """
    jars = cache / f"kafka-{KAFKA}-log4j-{LOG4J}"
    if jars.exists():
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerUnavailable(
            f"Kafka needs Maven to be fetched: install the package maven, {_ELSE}."
        )
    async with locked(cache / f"{jars.name}.lock", wait_s=FETCH_WITHIN_S, refuse_living=False):
        if not jars.exists():
            await _fetch(maven, jars)
    return jars


async def java() -> str:
    """The java to run; ServerUnavailable when there is none or it is too old."""
    found = shutil.which("java")
    install = f"install the package openjdk-{JAVA}-jre-headless, {_ELSE}."
    if found is None:
        raise ServerUnavailable(f"Kafka needs Java {JAVA} or newer: {install}")
    _, output = await _run([found, "-version"], within_s=20)
    version = re.search(r'version "(\d+)', output)
    if version and int(version[1]) < JAVA:
        raise ServerUnavailable(f"Kafka needs Java {JAVA}, and this is {version[1]}: {install}")
    return found


async def _fetch(maven: str, jars: Path) -> None:
    with tempfile.TemporaryDirectory(dir=jars.parent, prefix=".fetching-") as directory:
        partial = Path(directory)
        (partial / "pom.xml").write_text(POM)
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=jars"]
        command = [maven, "-B", "-q", "-f", str(partial / "pom.xml"), *goal]
        code, output = await _run(command, within_s=FETCH_WITHIN_S, cwd=partial)
        if code != 0 or not list((partial / "jars").glob("kafka_2.13-*.jar")):
            raise ServerUnavailable("Maven could not fetch Kafka:", last=_reason(output))
        (partial / "jars").rename(jars)


async def _run(command: list[str], *, within_s: float, cwd: Path | None = None) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(within_s):
            output, _ = await process.communicate()
    except TimeoutError:
        raise ServerUnavailable(f"{command[0]} gave no answer within {within_s:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output.decode(errors="replace")


def _reason(output: str) -> str:
    lines = [line for line in output.splitlines() if "ERROR" in line] or output.splitlines()
    return "\n".join(line[:300] for line in lines[:6])
