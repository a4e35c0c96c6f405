# shellcheck shell=bash
# Where things are, for every script here. To be sourced; ends in the checkout's folder.
#
#   RUN_DIRECTORY   everything that a running set-up owns: data, sockets, passwords, logs. Default .run; a relative path
#                   is one in the checkout
#   PORTAL_PORT     default 8080
#   MESSAGES_PORT   default the port after PORTAL_PORT
# shellcheck disable=SC2034 # the variables are for those who source this

checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd -- "$checkout" || exit 1

run_directory=${RUN_DIRECTORY:-.run}
[[ $run_directory == /* ]] || run_directory=$checkout/$run_directory
portal_port=${PORTAL_PORT:-8080}
messages_port=${MESSAGES_PORT:-$((portal_port + 1))}

say() {
    printf '%s\n' "$*"
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Debian keeps servers where an ordinary user's PATH does not look.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
