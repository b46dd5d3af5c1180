# Stand-ins for the upstream images: sourced by test.sh, which sets $here, $root, $cache, $python, say().
#
# They have the interface that the containers use of upstream: Kafka's scripts in /opt/kafka/bin, and
# mongod on the path. Kept in the engine's data; made anew when one of these files changes.

images_made() {
    servers=$root/tools/localstack
    version=$(cat "$here"/images.sh "$here"/*/* "$servers/pyproject.toml" \
        "$servers/src/localstack/servers/kafka_jars.py" | sha256sum | cut -c1-12)
    base=giftstream/stand-in-base:$version
    export GIFTSTREAM_KAFKA_IMAGE="giftstream/stand-in-kafka:$version"
    export GIFTSTREAM_MONGO_IMAGE="giftstream/stand-in-mongo:$version"
    image_exists "$base" || base_made
    image_exists "$GIFTSTREAM_KAFKA_IMAGE" || kafka_made
    image_exists "$GIFTSTREAM_MONGO_IMAGE" || mongo_made
    docker image ls --format '{{.Repository}}:{{.Tag}}' | grep '^giftstream/stand-in-' |
        grep -v ":$version\$" | xargs -r docker image rm >/dev/null
}

image_exists() {
    docker image inspect "$1" >/dev/null 2>&1
}

base_made() {
    say "making a base from Debian's packages"
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # The machine's own package mirror.
    mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(SITE)' 'Created-By: Packages' |
        awk -v release="$release" '$1 == release && $2 == "main" { print $3; exit }')
    [ -n "$mirror" ] || { say "apt knows no mirror of $release"; exit 3; }
    rm -rf "$cache/base"
    debootstrap --variant=minbase --include=ca-certificates "$release" "$cache/base" "$mirror" >"$cache/base.log" ||
        { say "debootstrap failed; see $cache/base.log"; exit 1; }
    tar -C "$cache/base" --exclude=./var/cache/apt/archives/*.deb -cf - . | docker import - "$base" >/dev/null
    rm -rf "$cache/base"
}

kafka_made() {
    say "making the stand-in for Kafka"
    jars=$("$python" -c 'import asyncio
from localstack.places import cache_dir
from localstack.servers.kafka_jars import kafka_jars
print(asyncio.run(kafka_jars(cache_dir())))')
    context=$(mktemp -d)
    cp "$here"/kafka/* "$context"
    cp -r "$jars" "$context/libs"
    image_built "$GIFTSTREAM_KAFKA_IMAGE" "$context"
}

mongo_made() {
    say "making the stand-in for MongoDB"
    context=$(mktemp -d)
    cp "$here"/mongo/* "$context"
    cp "$("$python" -c 'from localstack.servers.mongo import mongod; print(mongod())')" "$context/mongod"
    image_built "$GIFTSTREAM_MONGO_IMAGE" "$context"
}

image_built() {
    # On the machine's network: the engine sets no rule by which containers of its own could reach out.
    built=yes
    DOCKER_BUILDKIT=0 docker build -q --network host --build-arg "BASE=$base" -t "$1" "$2" >"$cache/build.log" 2>&1 ||
        built=no
    rm -rf "$2"
    [ $built = yes ] || { tail -5 "$cache/build.log" >&2; say "$1 was not built; see $cache/build.log"; exit 1; }
}
