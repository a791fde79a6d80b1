# shellcheck shell=sh disable=SC2154,SC2046,SC2086  # script/setup sets them; a list of packages is split into words
# The browser that draws the evidence pictures, if one can be had. Nothing here stops the set-up. Sourced by script/setup.

have_browser() {
    wanted_packages=$(missing_for_pictures)
    [ -n "$wanted_packages" ] || return 0
    try_to_install || say_what_is_owed
}

# The program's own look-up decides, so that the two can't disagree.
finds_browser() {
    "$venv/bin/python" -I -c 'import sys; from bot.evidence.lookup import find_browser; sys.exit(not find_browser())' 2>/dev/null
}

browser_packages() {
    is_ubuntu || printf 'chromium-headless-shell '
    # libatomic1: Playwright's driver does not start without it. The fonts: without them emoji and most scripts are boxes.
    printf 'libatomic1 fonts-noto-core fonts-noto-color-emoji'
}

# The packages still to be installed; "browser" where no package of this system brings one.
missing_for_pictures() {
    if ! finds_browser; then
        if has_apt && ! is_ubuntu; then printf 'chromium-headless-shell '; else printf 'browser '; fi
    fi
    if has_apt; then
        missing_packages libatomic1 fonts-noto-core fonts-noto-color-emoji
    fi
}

# A failed attempt is not repeated for a day.
try_to_install() {
    has_apt && can_be_root || return 1
    tried=$venv/browser-tried
    [ -z "$(find "$tried" -mtime -1 2>/dev/null)" ] || return 1
    say 'Installing what the evidence pictures need (browser and fonts, about 100 MB).'
    : >"$tried"
    packages=${wanted_packages#browser }
    [ -z "$packages" ] || apt_install $packages || return 1
    [ "$packages" = "$wanted_packages" ] || playwrights_browser || return 1
    finds_browser || return 1
    rm -f "$tried"
}

# Ubuntu has no browser package for a service; Playwright brings one, and knows what it needs there.
playwrights_browser() {
    timeout 300 "$venv/bin/playwright" install --with-deps --only-shell chromium </dev/null >>"$setup_log" 2>&1
}

say_what_is_owed() {
    if finds_browser; then
        say "Letters of some scripts may be missing from evidence pictures; $(root_command $wanted_packages)"
    else
        say "No browser was found: all the rest runs, evidence pictures wait. To have them, $(how_to_get_a_browser)"
    fi
}

how_to_get_a_browser() {
    if is_mac; then
        printf 'install Google Chrome, or: brew install --cask chromium'
    elif is_ubuntu; then
        printf 'run: %s install --with-deps --only-shell chromium' "$venv/bin/playwright"
    elif has_apt; then
        root_command $wanted_packages
    else
        printf 'install Google Chrome or Chromium.'
    fi
}
