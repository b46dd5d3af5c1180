# A Docker engine of its own: sourced by test.sh, which sets $cache and say().
#
# It shares nothing with the machine's own engine, changes no firewall rule and keeps only its images.

engine_installed() {
    command -v dockerd >/dev/null && command -v debootstrap >/dev/null && [ "$(id -u)" = 0 ] && return
    if [ "$(id -u)" != 0 ] || ! grep -qs '^ID=debian' /etc/os-release || ! command -v apt-get >/dev/null; then
        say "no Docker engine answers. Start one (DOCKER_HOST names it), or run this as root on Debian."
        exit 3
    fi
    say "installing docker.io and debootstrap"
    packages="docker.io debootstrap iproute2"
    # The package would start an engine for the whole machine; ours alone is wanted.
    policy=/usr/sbin/policy-rc.d
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy && made_policy=yes; }
    installed=yes
    # shellcheck disable=SC2086 # a list
    apt-get install -y -qq --no-install-recommends $packages >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null; } ||
        installed=no
    [ -z "${made_policy:-}" ] || rm $policy
    [ $installed = yes ] || { say "docker.io and debootstrap could not be installed"; exit 3; }
}

engine_start() {
    engine_stop # what a killed run has left
    ip link show docker0 >/dev/null 2>&1 || own_bridge=yes
    # No rule of the firewall is needed: clients come over the loopback address, through docker-proxy.
    setsid dockerd --data-root "$cache/data" --exec-root "$cache/run" --pidfile "$cache/pid" \
        -H "unix://$cache/socket" --iptables=false --ip-forward=false --log-level warn \
        >"$cache/log" 2>&1 </dev/null 9>&- &
    export DOCKER_HOST="unix://$cache/socket"
    tries=0
    until docker version >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ $tries -gt 150 ]; then
            say "the private engine does not answer; $cache/log ends with"
            tail -5 "$cache/log" >&2
            exit 1
        fi
        sleep 0.2
    done
    say "a private engine answers at $DOCKER_HOST"
}

engine_stop() {
    pid=$(cat "$cache/pid" 2>/dev/null) || return 0
    if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
        DOCKER_HOST="unix://$cache/socket" docker ps -aq 2>/dev/null |
            DOCKER_HOST="unix://$cache/socket" xargs -r docker rm -f -v >/dev/null 2>&1 || true
        kill "$pid"
        tries=0
        while [ -d "/proc/$pid" ] && [ $tries -lt 150 ]; do
            tries=$((tries + 1))
            sleep 0.2
        done
        [ ! -d "/proc/$pid" ] || kill -9 "$pid"
    fi
    rm -f "$cache/pid"
    umount "$cache"/run/netns/* 2>/dev/null || true
    [ -z "${own_bridge:-}" ] || ip link delete docker0 2>/dev/null || true
}
