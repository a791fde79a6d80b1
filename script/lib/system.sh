# shellcheck shell=sh disable=SC2154  # script/setup sets them
# What is asked of the machine we are on. Sourced by script/setup, which sets $root, $venv and $setup_log.

say() {
    printf '%s\n' "$@" >&2
}

stop() {
    say "$@"
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# Two terminals on a fresh clone must not build one .venv together. macOS has no flock: there we trust to luck.
one_at_a_time() {
    has flock || return 0
    exec 9<"$root/pyproject.toml"
    flock -n 9 || {
        say 'Another set-up is at work here; waiting for it.'
        flock 9 || true
    }
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}

can_be_root() {
    is_root || sudo -n true 2>/dev/null
}

as_root() {
    if is_root; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    fi </dev/null
}

has_apt() {
    has apt-get && has dpkg-query
}

# Ubuntu's chromium packages only fetch a snap, which can't see our files and is no browser for a service.
is_ubuntu() {
    grep -q '^ID\(_LIKE\)\{0,1\}=.*ubuntu' /etc/os-release 2>/dev/null
}

is_mac() {
    [ "$(uname -s)" = Darwin ]
}

# The names among the arguments that are not installed.
missing_packages() {
    for package in "$@"; do
        case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true) in
            *' installed') ;;
            *) printf '%s ' "$package" ;;
        esac
    done
}

apt_install() {
    log=$(install_log)
    # An old list still names most packages, so a failed update is no reason to stop.
    as_root apt-get -qq -o Acquire::Retries=2 -o Acquire::http::Timeout=30 update >>"$log" 2>&1 || true
    as_root apt-get -qq -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 -o Acquire::http::Timeout=30 \
        install --no-install-recommends "$@" >>"$log" 2>&1
}

install_log() {
    if [ -d "$venv" ]; then
        printf '%s' "$setup_log"
    else
        printf /dev/null
    fi
}

# The one line for somebody who may not do it here. A bare machine has no package lists yet, so they come first.
root_command() {
    install="apt-get install -y --no-install-recommends $*"
    if is_root || ! has sudo; then
        printf 'as root: apt-get update && %s' "$install"
    else
        printf 'run: sudo apt-get update && sudo %s' "$install"
    fi
}
