# shellcheck shell=bash
# A private MariaDB server in a directory of its own, for development and tests. To be sourced.
#
#   mariadb_start DIR OPTION… starts it (makes its data when there is none) and waits until it answers; does nothing
#                             when it runs already. OPTIONs of mariadbd are added to those that it has here
#   mariadb_stop DIR          stops it and waits until it is gone
#   mariadb_admin DIR ARGS…   the mariadb client as root; root has no password, the socket is the only way in
#
# The array mariadb_command, where it is set, is what stands before these options: a command in another place, and a file
# of defaults instead of --no-defaults.
#
# DIR holds data/, tmp/, mariadb.sock, mariadb.pid and mariadb.log. Nothing is printed unless something fails; then the end
# of the log is, and the status is 1.

# DIR as an absolute path: the server changes its working directory.
_mariadb_directory() {
    local directory
    mkdir -p -- "$1" && directory=$(cd -- "$1" && pwd) || return 1
    # sockaddr_un has room for 107 bytes (unix(7)); the server would only say "can't create".
    if [ "$(printf '%s' "$directory/mariadb.sock" | wc -c)" -gt 107 ]; then
        echo "mariadb: $directory/mariadb.sock is too long for a socket (107 bytes)" >&2
        return 1
    fi
    printf '%s\n' "$directory"
}

_mariadb_failed() {
    echo "mariadb: $2" >&2
    if [ -s "$1" ]; then
        echo "--- the end of $1" >&2
        tail -n 30 -- "$1" >&2
    fi
    return 1
}

# The server's process id, when the pid file names a server of this very directory and not a stranger that got the
# number after a crash.
_mariadb_pid() {
    local pid
    [ -s "$1/mariadb.pid" ] && read -r pid <"$1/mariadb.pid" || return 1
    [ -r "/proc/$pid/cmdline" ] && tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF -- "--pid-file=$1/mariadb.pid" || return 1
    printf '%s\n' "$pid"
}

_mariadb_answers() {
    mariadb-admin --no-defaults --socket="$1/mariadb.sock" --user=root --connect-timeout=2 ping >/dev/null 2>&1
}

mariadb_start() {
    local directory pid log user tenth
    local -a command=(mariadbd --no-defaults --innodb-buffer-pool-size=64M)
    [ -z "${mariadb_command+set}" ] || command=("${mariadb_command[@]}")
    directory=$(_mariadb_directory "$1") || return 1
    shift
    log=$directory/mariadb.log
    user=$(id -un)

    if [ ! -d "$directory/data" ]; then
        # Made beside and renamed, so that an installation cut short is not taken for a whole one.
        rm -rf -- "$directory/data.new"
        if ! mariadb-install-db --no-defaults --user="$user" --datadir="$directory/data.new" \
            --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve \
            >"$directory/install.log" 2>&1; then
            _mariadb_failed "$directory/install.log" "mariadb-install-db failed"
            return 1
        fi
        mv -- "$directory/data.new" "$directory/data" || return 1
    fi

    if ! pid=$(_mariadb_pid "$directory"); then
        rm -f -- "$directory/mariadb.pid"
        # Temporary tables of its own: a server that starts takes away what it finds of them, also another server's.
        mkdir -p -- "$directory/tmp" || return 1
        # A session of its own: Ctrl-C in the terminal ends what uses the database first, and mariadb_stop the database.
        # A subshell, where job control is off: setsid then keeps the process id that is printed here.
        pid=$(
            setsid -- "${command[@]}" --user="$user" --datadir="$directory/data" --tmpdir="$directory/tmp" \
                --socket="$directory/mariadb.sock" --pid-file="$directory/mariadb.pid" --log-error="$log" \
                --skip-networking --local-infile=0 \
                --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci --default-time-zone=+00:00 \
                --sql-mode=STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION \
                --transaction-isolation=READ-COMMITTED --innodb-lock-wait-timeout=5 \
                --innodb-log-file-size=32M --innodb-log-buffer-size=4M \
                --key-buffer-size=1M --aria-pagecache-buffer-size=1M --query-cache-size=0 --performance-schema=OFF \
                --max-connections=200 "$@" \
                </dev/null >/dev/null 2>>"$log" &
            echo $!
        )
    fi

    for ((tenth = 0; tenth < 600; tenth++)); do
        _mariadb_answers "$directory" && return 0
        # Not by an empty command line: one that becomes another program has that for a moment (execve(2)), and runs.
        if ! grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status" 2>/dev/null; then
            _mariadb_failed "$log" "mariadbd ended at once"
            return 1
        fi
        sleep 0.1
    done
    _mariadb_failed "$log" "mariadbd does not answer after 60 seconds"
}

mariadb_stop() {
    local directory pid tenth
    directory=$(_mariadb_directory "$1") || return 1
    pid=$(_mariadb_pid "$directory") || return 0
    kill -TERM "$pid" || return 1
    for ((tenth = 0; tenth < 600; tenth++)); do
        _mariadb_pid "$directory" >/dev/null || return 0
        sleep 0.1
    done
    _mariadb_failed "$directory/mariadb.log" "mariadbd ($pid) does not end after 60 seconds"
}

mariadb_admin() {
    local directory
    directory=$(_mariadb_directory "$1") || return 1
    shift
    mariadb --no-defaults --socket="$directory/mariadb.sock" --user=root --default-character-set=utf8mb4 "$@"
}
