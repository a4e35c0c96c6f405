# shellcheck shell=bash
# A Galera cluster of three MariaDB servers on this machine, each with a network of its own, for development and tests. To
# be sourced after environment.sh and mariadb.sh.
#
#   galera_networks_up DIR        makes the networks of the nodes
#   galera_networks_down DIR      takes them away
#   galera_start DIR              starts what does not run of node-1, node-2 and node-3 in DIR, and waits until all are in step
#   galera_start_node DIR NUMBER  starts one node of a cluster that runs
#   galera_stop DIR               stops all
#   galera_address NUMBER         where clients find a node
#   galera_addresses              those of all nodes, with commas between
#   galera_clients                from where they come, as MariaDB writes it in the name of an account
#   galera_cut NUMBER [all]       nothing passes between a node and the others; with "all", nor between it and its clients
#   galera_heal NUMBER            everything passes again
#   galera_state DIR NUMBER NAME  the status variable wsrep_NAME of a node; nothing when it does not answer
#
# Where network namespaces can be made, a node has two interfaces: one for its clients, one for the other nodes. Elsewhere
# it has an address of the loopback network, and cannot be cut off.

galera_nodes=(1 2 3)
_galera_provider=/usr/lib/galera/libgalera_smm.so

# A number of this checkout's set-up, so that two of them share no name and no address.
_galera_number() {
    printf '%s' "${run_directory:?}" | cksum | awk '{ print $1 % 250 + 1 }'
}
_galera_net=$(_galera_number)

_galera_has_namespaces() {
    [ "$(id -u)" = 0 ] && command -v ip >/dev/null || return 1
    ip netns pids "$(_galera_namespace 1)" >/dev/null 2>&1 && return
    ip netns add "icegate-$_galera_net-try" 2>/dev/null && ip netns delete "icegate-$_galera_net-try"
}

_galera_namespace() { printf 'icegate-%s-%s\n' "$_galera_net" "$1"; }

# Names of interfaces have 15 characters: ig250-c1 is the host's end of node 1's clients, ig250-p1 that of its peers.
_galera_link() { printf 'ig%s-%s\n' "$_galera_net" "$1"; }

galera_address() {
    if _galera_has_namespaces; then printf '10.231.%s.1%s\n' "$_galera_net" "$1"; else printf '127.231.%s.1%s\n' "$_galera_net" "$1"; fi
}

galera_addresses() {
    local number list=
    for number in "${galera_nodes[@]}"; do
        list+=,$(galera_address "$number")
    done
    printf '%s\n' "${list#,}"
}

galera_clients() {
    if _galera_has_namespaces; then printf '10.231.%s.%%\n' "$_galera_net"; else printf '127.%%\n'; fi
}

_galera_peer_address() {
    if _galera_has_namespaces; then printf '10.231.%s.21%s\n' "$_galera_net" "$1"; else galera_address "$1"; fi
}

_galera_interface() {
    local bridge=$1 host=$2 namespace=$3 name=$4 address=$5
    ip link add "$host" type veth peer name "$name" netns "$namespace" &&
        ip link set "$host" master "$bridge" up &&
        ip -n "$namespace" address add "$address" dev "$name" &&
        ip -n "$namespace" link set "$name" up
}

galera_networks_up() {
    local number namespace
    _galera_has_namespaces || return 0
    galera_networks_down
    ip link add "$(_galera_link c)" type bridge && ip link set "$(_galera_link c)" up &&
        ip address add "10.231.$_galera_net.1/25" dev "$(_galera_link c)" &&
        ip link add "$(_galera_link p)" type bridge && ip link set "$(_galera_link p)" up || return 1
    for number in "${galera_nodes[@]}"; do
        namespace=$(_galera_namespace "$number")
        ip netns add "$namespace" && ip -n "$namespace" link set lo up &&
            _galera_interface "$(_galera_link c)" "$(_galera_link "c$number")" "$namespace" clients "$(galera_address "$number")/25" &&
            _galera_interface "$(_galera_link p)" "$(_galera_link "p$number")" "$namespace" peers "$(_galera_peer_address "$number")/25" ||
            return 1
    done
}

galera_networks_down() {
    local number name
    _galera_has_namespaces || return 0
    for number in "${galera_nodes[@]}"; do
        ip netns delete "$(_galera_namespace "$number")" 2>/dev/null || :
        for name in "c$number" "p$number"; do
            ip link delete "$(_galera_link "$name")" 2>/dev/null || :
        done
    done
    for name in c p; do
        ip link delete "$(_galera_link "$name")" 2>/dev/null || :
    done
}

_galera_set_links() {
    local number=$1 state=$2 name
    shift 2
    _galera_has_namespaces || { echo "galera: there are no network namespaces here" >&2 && return 1; }
    for name in "$@"; do
        ip link set "$(_galera_link "$name$number")" "$state" || return 1
    done
}

galera_cut() {
    if [ "${2-}" = all ]; then _galera_set_links "$1" down p c; else _galera_set_links "$1" down p; fi
}

galera_heal() { _galera_set_links "$1" up p c; }

# The options of a node. What stands here is what a site needs too: see sql/README.md.
_galera_options() {
    local number=$1 address peers="" other
    address=$(_galera_peer_address "$number")
    for other in "${galera_nodes[@]}"; do
        peers+=,$(_galera_peer_address "$other")
    done
    galera_options=(
        --skip-networking=0 --bind-address="$(galera_address "$number")" --port=3306 --skip-name-resolve
        --server-id="$number" --max-connections=400
        --binlog-format=ROW --innodb-autoinc-lock-mode=2
        # A node that loses what it did in its last second has it from the others.
        --innodb-flush-log-at-trx-commit=2
        --wsrep-on=ON --wsrep-provider="$_galera_provider"
        --wsrep-cluster-name="icegate-$_galera_net" --wsrep-cluster-address="gcomm://${peers#,}"
        --wsrep-node-name="node-$number" --wsrep-node-address="$address" --wsrep-node-incoming-address="$(galera_address "$number"):3306"
        --wsrep-sst-method=mariabackup --wsrep-sst-auth=root: --wsrep-sst-receive-address="$address:$((4440 + number))"
        --wsrep-slave-threads=2 --wsrep-sync-wait="${GALERA_SYNC_WAIT:-0}"
        # A backup that waits for what the node takes in, where the node would wait for the backup.
        --wsrep-mode=BF_ABORT_MARIABACKUP
        # A node that is silent for a second and a half is left behind: pages wait three seconds at most. A read that waits
        # for what other nodes committed is given up before the portal gives up the node.
        --wsrep-provider-options="gmcast.listen_addr=tcp://$address:4567; ist.recv_addr=$address:4568; gcache.size=256M; gcache.recover=yes; repl.causal_read_timeout=PT1S; evs.keepalive_period=PT0.3S; evs.suspect_timeout=PT1.5S; evs.inactive_timeout=PT3S; evs.inactive_check_period=PT0.3S; evs.install_timeout=PT3S; ${GALERA_OPTIONS-}"
    )
    # A file: the scripts of state transfer would read the machine's own settings otherwise. They also hand on the size of
    # the buffer pool to mariadb-backup, which does not know that option, where they find it on the command line.
    mariadb_command=(mariadbd --defaults-file="$2/defaults.cnf")
    ! _galera_has_namespaces || mariadb_command=(ip netns exec "$(_galera_namespace "$number")" "${mariadb_command[@]}")
}

# Where a node's data are: UUID:NUMBER. One that was killed did not write it down: InnoDB is asked.
_galera_position() {
    local directory=$1 position
    [ -s "$directory/data/grastate.dat" ] || return 1
    position=$(awk '/^uuid:/ { uuid = $2 } /^seqno:/ { print uuid ":" $2 }' "$directory/data/grastate.dat")
    if [[ $position == *:-1 ]]; then
        rm -f -- "$directory/recovery.log"
        mariadbd --no-defaults --user="$(id -un)" --datadir="$directory/data" --tmpdir="$directory/tmp" \
            --socket="$directory/recovery.sock" --pid-file="$directory/recovery.pid" --log-error="$directory/recovery.log" \
            --skip-networking --innodb-buffer-pool-size=64M --innodb-log-file-size=32M \
            --wsrep-on=ON --wsrep-provider="$_galera_provider" --wsrep-cluster-address=gcomm:// --binlog-format=ROW \
            --wsrep-recover </dev/null >/dev/null 2>>"$directory/recovery.log"
        position=$(sed -n 's/.*WSREP: Recovered position: *//p' "$directory/recovery.log" | tail -n 1)
    fi
    [[ $position == *-*:* ]] && printf '%s\n' "$position"
}

galera_state() {
    mariadb_admin "$1/node-$2" --connect-timeout=2 --skip-column-names --batch \
        --execute="SHOW GLOBAL STATUS LIKE 'wsrep_$3'" 2>/dev/null | cut -f 2
}

_galera_is_in_step() { [ "$(galera_state "$1" "$2" local_state_comment)/$(galera_state "$1" "$2" ready)" = Synced/ON ]; }

_galera_wait() {
    local tenth
    for ((tenth = 0; tenth < 600; tenth++)); do
        ! _galera_is_in_step "$1" "$2" || return 0
        sleep 0.1
    done
    _mariadb_failed "$1/node-$2/mariadb.log" "node $2 is not in step with the others after 60 seconds"
}

galera_start_node() {
    local directory=$1 number=$2 position
    # shellcheck disable=SC2034 # for mariadb_start
    local -a mariadb_command galera_options
    shift 2
    mkdir -p -- "$directory/transfer" || return 1
    printf '[mysqld]\ninnodb-buffer-pool-size=%s\n[sst]\nsst-log-archive=0\ntmpdir=%s\n' "${GALERA_BUFFER_POOL:-128M}" \
        "$directory/transfer" >"$directory/defaults.cnf"
    _galera_options "$number" "$directory"
    if ! _mariadb_pid "$directory/node-$number" >/dev/null && position=$(_galera_position "$directory/node-$number"); then
        galera_options+=(--wsrep-start-position="$position")
    fi
    mariadb_start "$directory/node-$number" "${galera_options[@]}" "$@" && _galera_wait "$directory" "$number"
}

# The node with the newest data begins, and the others join it.
_galera_first() {
    local number position newest=-2 first=1
    for number in "${galera_nodes[@]}"; do
        position=$(_galera_position "$1/node-$number") || continue
        if [ "${position##*:}" -gt "$newest" ]; then
            newest=${position##*:} first=$number
        fi
    done
    printf '%s\n' "$first"
}

galera_start() {
    local directory number first
    mkdir -p -- "$1" && directory=$(cd -- "$1" && pwd) || return 1
    for number in "${galera_nodes[@]}"; do
        ! _galera_is_in_step "$directory" "$number" || first=$number
    done
    if [ -z "${first-}" ]; then
        # None of those that may run without a majority can be joined.
        galera_stop "$directory" || return 1
        first=$(_galera_first "$directory")
        [ ! -e "$directory/node-$first/data/grastate.dat" ] ||
            sed -i 's/^safe_to_bootstrap:.*/safe_to_bootstrap: 1/' "$directory/node-$first/data/grastate.dat"
        rm -f -- "$directory/node-$first/data/gvwstate.dat"
        galera_start_node "$directory" "$first" --wsrep-new-cluster || return 1
    fi
    for number in "${galera_nodes[@]}"; do
        [ "$number" = "$first" ] || galera_start_node "$directory" "$number" || return 1
    done
}

galera_stop() {
    local number status=0
    for number in "${galera_nodes[@]}"; do
        [ ! -d "$1/node-$number" ] || mariadb_stop "$1/node-$number" || status=1
    done
    return "$status"
}
