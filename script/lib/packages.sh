# shellcheck shell=bash
# Installs what is missing and nothing else; silent when all is there. To be sourced after environment.sh.
#
#   packages_need NAME…                 Debian packages
#   python_need REQUIREMENTS_FILE [DIRECTORY]
#                                       Python packages, into .venv/ of the checkout or that folder of it

# shellcheck disable=SC2034 # for script/server and script/test
server_packages=(libcurl4-openssl-dev libfcgi-dev libgd-dev libmariadb-dev libsodium-dev libssl-dev fonts-dejavu-core mariadb-client mariadb-server nginx-light zlib1g-dev)
# shellcheck disable=SC2034 # for script/test
test_packages=(chromium faketime firefox-esr fonts-lohit-deva fonts-noto-core gdb gocr lynx netpbm openssl strace systemd tesseract-ocr w3m)

_as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

packages_need() {
    local name log
    local -a missing=()
    for name in "$@"; do
        # shellcheck disable=SC2016 # dpkg-query's own ${…}
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    command -v apt-get >/dev/null || die "this wants Debian 12; elsewhere install: ${missing[*]}"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || die "as root: apt-get install --no-install-recommends ${missing[*]}"
    say "Installing ${missing[*]}"
    log=$(mktemp)
    # Debian starts a service that it installs; these are run by hand, and a port 80 is not ours to take.
    # shellcheck disable=SC2016 # for the inner shell
    if ! _as_root env DEBIAN_FRONTEND=noninteractive sh -c '
        policy=/usr/sbin/policy-rc.d
        if [ ! -e $policy ]; then
            trap "rm -f $policy" EXIT
            printf "#!/bin/sh\nexit 101\n" >$policy && chmod 755 $policy
        fi
        apt-get -q -o DPkg::Lock::Timeout=300 update &&
            apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
    ' apt "${missing[@]}" >"$log" 2>&1 </dev/null; then
        tail -n 40 -- "$log" >&2
        rm -f -- "$log"
        die "apt-get could not install ${missing[*]}"
    fi
    rm -f -- "$log"
}

python_need() {
    local requirements=$1 directory=${checkout:?}/${2:-.venv}
    ! cmp -s -- "$requirements" "$directory/requirements.txt" || return 0
    # Debian's python3 has the module venv without what it needs to make one.
    python3 -c 'import ensurepip, venv' 2>/dev/null || packages_need python3 python3-venv
    say "Installing Python packages into ${directory##*/}"
    [ -x "$directory/bin/python" ] || python3 -m venv "$directory"
    "$directory/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
    cp -- "$requirements" "$directory/requirements.txt"
}
