# shellcheck shell=sh disable=SC2154,SC2046  # script/setup sets them; a list of packages is split into words
# The Python environment in .venv/, made from the lock files. Sourced by script/setup.
#
# .venv/ready is written last: a first line that sums up what the environment was made from, a second that says what for.
# Without it, or with another sum, the environment is made again from nothing.

have_environment() {
    wanted=$1
    sum=$(what_it_is_made_from)
    if ! is_sound; then
        make_environment
        install "$wanted"
    elif [ "$wanted" = test ] && [ "$(sed -n 2p "$venv/ready")" != test ]; then
        install test
    fi
}

# The folder counts: an environment doesn't survive being moved.
what_it_is_made_from() {
    { printf '%s\n' "$root"; cat "$root/pyproject.toml" "$root/requirements.lock" "$root/requirements-test.lock"; } | cksum
}

# A system upgrade may have taken the Python away from under the environment, so it is asked too.
is_sound() {
    [ -f "$venv/ready" ] && [ "$(sed -n 1p "$venv/ready")" = "$sum" ] && [ -x "$venv/bin/schoolgate" ] &&
        "$venv/bin/python" -I -c 'import bot, pip' 2>/dev/null
}

make_environment() {
    [ -w "$root" ] || stop "This folder may not be written to: $root. Take your own clone, or ask its owner."
    PATH=$(path_without_environments)
    python=$(find_python) || python=$(install_python)
    if [ -e "$venv" ] || [ -L "$venv" ]; then
        say 'Making .venv again: it is unfinished, or its lock file has changed.'
        rm -rf "$venv" || stop "Can't remove $venv. Does it belong to another user?"
    fi
    say "Making an environment in .venv with Python $(version_of "$python")."
    unset PYTHONHOME PYTHONPATH
    if has_ensurepip "$python"; then
        "$python" -m venv "$venv" || stop "Python could not make an environment in $venv."
    elif can_be_root && has_apt && apt_install "python$(version_of "$python")-venv"; then
        "$python" -m venv "$venv" || stop "Python could not make an environment in $venv."
    else
        make_without_ensurepip
    fi
}

# Debian keeps ensurepip in a package of its own; without root the wheel of pip does as well.
make_without_ensurepip() {
    if ! "$python" -m venv --without-pip "$venv" ||
        ! "$venv/bin/python" "$root/script/lib/first_pip.py" "$root/requirements.lock" >>"$setup_log" 2>&1; then
        rm -rf "$venv"
        stop "Python $(version_of "$python") came without its venv package. To have it, $(
            root_command "python$(version_of "$python")-venv" $(browser_packages)
        )" 'Then run this again.'
    fi
}

# An environment that is switched on, perhaps the very one we are about to remove, must not become the base of the new one.
path_without_environments() {
    IFS=:
    path=
    for folder in $PATH; do
        [ -e "$folder/../pyvenv.cfg" ] || path=$path:$folder
    done
    printf '%s' "${path#:}"
}

# Wheels may not be out yet for a Python newer than 3.14: such a one is taken only when there is no other.
find_python() {
    for bounds in '(3, 11) <= v < (3, 15)' '(3, 11) <= v'; do
        for name in python3 python3.14 python3.13 python3.12 python3.11; do
            if "$name" -c "import sys; v = sys.version_info[:2]; sys.exit(not ($bounds))" 2>/dev/null; then
                command -v "$name"
                return 0
            fi
        done
    done
    return 1
}

install_python() {
    if is_mac; then
        stop 'No Python 3.11 or newer was found. Run: brew install python@3.13 (or take it from python.org). Then run this again.'
    fi
    has_apt || stop 'No Python 3.11 or newer was found. Install python3 (3.11 or newer, with venv), then run this again.'
    if can_be_root; then
        say 'No Python 3.11 or newer was found: installing python3 and python3-venv.'
        apt_install python3 python3-venv || true
        find_python && return 0
        stop 'The packages of this system brought no Python 3.11 or newer. Install one, then run this again.'
    fi
    stop "No Python 3.11 or newer was found. To have one, $(root_command python3 python3-venv $(browser_packages))" \
        'Then run this again.'
}

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'
}

has_ensurepip() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

install() {
    lock=$root/requirements.lock
    [ "$1" = run ] || lock=$root/requirements-test.lock
    rm -f "$venv/ready"
    tell_the_installers
    say 'Installing the packages (about 140 MB to download the first time; one to five minutes on a slow line).'
    with_uv "$lock" || with_pip "$lock" || could_not_install
    printf '%s\n%s\n' "$sum" "$1" >"$venv/ready"
}

with_uv() {
    uv=$(command -v uv) || uv=$venv/bin/uv
    if [ ! -x "$uv" ]; then
        "$venv/bin/pip" --quiet --retries 1 install --require-hashes -r "$root/script/lib/uv.lock" >>"$setup_log" 2>&1 || return 1
    fi
    "$uv" pip install --quiet -p "$venv/bin/python" --require-hashes -r "$1" >>"$setup_log" 2>&1 &&
        "$uv" pip install --quiet -p "$venv/bin/python" --no-deps --no-build-isolation -e "$root" >>"$setup_log" 2>&1
}

with_pip() {
    "$venv/bin/pip" --quiet install --require-hashes -r "$1" >>"$setup_log" 2>&1 &&
        "$venv/bin/pip" --quiet install --no-deps --no-build-isolation -e "$root" >>"$setup_log" 2>&1
}

could_not_install() {
    tail -n 3 "$setup_log" >&2
    say "The packages could not be installed; all that was said is in $setup_log."
    say 'Behind a proxy: export HTTPS_PROXY=http://proxy.example:8080.'
    say 'Where the network re-signs TLS: export PIP_CERT=the-file-with-its-authority.pem.'
    stop 'With a package index of your own: export PIP_INDEX_URL=https://…/simple. Then run this again; it begins afresh.'
}

# What pip has been told, by PIP_* or pip.conf, uv has to be told in its own words.
tell_the_installers() {
    export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0
    export PIP_RETRIES="${PIP_RETRIES:-4}" PIP_DEFAULT_TIMEOUT="${PIP_DEFAULT_TIMEOUT:-60}"
    "$venv/bin/pip" config list >"$venv/pip-settings" 2>/dev/null || return 0
    tell_uv UV_DEFAULT_INDEX index-url
    tell_uv UV_INDEX extra-index-url
    tell_uv UV_FIND_LINKS find-links
    tell_uv SSL_CERT_FILE cert
    tell_uv HTTPS_PROXY proxy
    # Every file is checked against its hash, so it is no matter which index it comes from.
    export UV_INDEX_STRATEGY=unsafe-best-match UV_SYSTEM_CERTS=true
    rm -f "$venv/pip-settings"
}

tell_uv() {
    eval "already=\${$1:-}"
    value=$(sed -n "s/^[^=]*[.]$2='\(.*\)'\$/\1/p" "$venv/pip-settings" | head -n 1 | sed 's/\\n/ /g')
    if [ -z "$already" ] && [ -n "$value" ]; then
        export "$1=$value"
    fi
}
