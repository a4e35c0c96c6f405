# shellcheck shell=bash
# Loads of the master, against a bare LOAD DATA LOCAL INFILE of the same file into the same empty table. To be sourced by
# script/bench, with the words of its command line.
: "${checkout:?}" "${bench_directory:?}" "${built:?the directory of the release build}"

rows=1000000 rounds=5 once=
while [ $# -gt 0 ]; do
    case "$1" in
        --rows) rows=$2 && shift 2 ;;
        --rounds) rounds=$2 && shift 2 ;;
        --once) once=$2 && shift 2 ;;
        *) usage >&2 && exit 64 ;;
    esac
done

database_directory=$bench_directory/mariadb
files=$bench_directory/files-$rows
mkdir -p -- "$files"
icegatectl=$built/icegatectl

trap 'mariadb_stop "$database_directory"' EXIT
mariadb_start "$database_directory" --local-infile=1 --innodb-buffer-pool-size=1G --innodb-log-file-size=1G

sql() { mariadb_admin "$database_directory" --local-infile=1 -N "$@"; }

prepare() {
    {
        printf 'CREATE DATABASE IF NOT EXISTS icegate CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\nUSE icegate;\n'
        printf "SET @portal_password = 'bench', @loader_password = 'bench', @migrator_password = 'bench', @reader_password = 'bench', @auditor_password = 'bench', @keeper_password = 'bench';\n"
        cat sql/roles.sql
    } | sql
    printf '1:%064d\n' 1 >"$bench_directory/keys"
    cat >"$bench_directory/icegate.conf" <<TEXT
ICEGATE_ENVIRONMENT=development
ICEGATE_ORIGIN=http://127.0.0.1:8080
DATABASE_SOCKET=$database_directory/mariadb.sock
DATABASE_NAME=icegate
DATABASE_USER=icegate_portal
DATABASE_PASSWORD=bench
CTL_MIGRATOR_USER=icegate_migrator
CTL_MIGRATOR_PASSWORD=bench
CTL_LOADER_USER=icegate_loader
CTL_LOADER_PASSWORD=bench
KEY_FILE=$bench_directory/keys
MIGRATIONS_DIRECTORY=$checkout/sql/migrations
TEXT
    chmod 600 "$bench_directory/keys" "$bench_directory/icegate.conf"
    export ICEGATE_CONFIG=$bench_directory/icegate.conf
    "$icegatectl" migrate >/dev/null
}

generate() {
    local name=$1
    shift
    [ -s "$files/$name.csv" ] && return
    sql/sample/generate-master.py --rows "$rows" "$@" >"$files/$name.new" && mv -- "$files/$name.new" "$files/$name.csv"
}

empty() {
    sql icegate -e "TRUNCATE master_versions; DELETE FROM master_loads; UPDATE master_state SET current_load = 0, loading = NULL"
}

# Seconds that a command takes.
seconds() {
    local start=$EPOCHREALTIME
    "$@" >"$bench_directory/out" 2>&1 || { cat -- "$bench_directory/out" >&2 && return 1; }
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f\n", b - a }'
}

load() { "$icegatectl" master load "$files/$1.csv" --mode="${2:-full}" --json; }

bare() {
    sql icegate -e "DROP TABLE IF EXISTS bare; CREATE TABLE bare LIKE master_versions"
    seconds sql icegate -e "LOAD DATA LOCAL INFILE '$files/ordered.csv' INTO TABLE bare CHARACTER SET utf8mb4
        FIELDS TERMINATED BY ',' LINES TERMINATED BY '\n' IGNORE 1 LINES
        (iec, gstin, legal_name, email, mobile, iec_status, gstin_status) SET load_id = 1, is_removed = 0"
    sql icegate -e "DROP TABLE bare"
}

last_load() { sql icegate -e "SELECT current_load FROM master_state"; }

# The highest resident memory of a load, in MiB.
memory() {
    local pid peak=0 now
    "$icegatectl" master load "$files/$1.csv" --mode=full --json >"$bench_directory/out" 2>&1 &
    pid=$!
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
        peak=$now
        sleep 0.05
    done
    wait "$pid" || return 1
    echo $((peak / 1024))
}

# The 99th percentile of look-ups of a pair, in microseconds, over some seconds.
lookups() {
    local pairs
    pairs=$(awk -F, -v step=$((rows / 4000 + 1)) 'NR % step == 2 { print $1 "," $2 }' "$files/ordered.csv")
    for ((turn = 0; turn < $1; turn++)); do
        awk -F, '{ printf "SET @t = SYSDATE(6); SELECT m.legal_name INTO @x FROM master_versions m WHERE m.iec = \"%s\" AND m.gstin = \"%s\" AND m.load_id <= (SELECT current_load FROM master_state WHERE id = 1) ORDER BY m.load_id DESC LIMIT 1; SELECT TIMESTAMPDIFF(MICROSECOND, @t, SYSDATE(6));\n", $1, $2 }' <<<"$pairs"
    done | sql icegate | sort -n | awk '{ a[NR] = $1 } END { print a[int(NR * 0.99)] }'
}

median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

prepare
say "Writing files of $rows rows"
generate ordered
generate random --order random
generate weekly --changed 1
generate every --changed 100
awk 'NR <= 10001' "$files/every.csv" >"$files/delta.csv"

declare -A times
note() { times[$1]+="$2"$'\n'; }

for ((round = 1; round <= rounds; round++)); do
    say "Round $round of $rounds"
    note rate "$("$icegatectl" master check "$files/ordered.csv" --offline --json | sed 's/.*"rows_per_second": \([0-9]*\).*/\1/')"
    note bare "$(bare)"
    empty
    note first "$(seconds load ordered)"
    note weekly "$(seconds load weekly)"
    note rollback "$(seconds "$icegatectl" master rollback "$(last_load)")"
    note delta "$(seconds load delta delta)"
    note idle "$(lookups 2)"
    (lookups 2 >"$bench_directory/busy") &
    busy=$!
    note every "$(seconds load every)"
    wait "$busy"
    note busy "$(cat -- "$bench_directory/busy")"
    empty
    note random "$(seconds load random)"
    note memory "$(memory every)"
done

value() { printf '%s' "${times[$1]}" | median; }
bare=$(value bare)
report() {
    printf '%-52s %10s   %s\n' "$@"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
say ""
say "$rows rows, medians of $rounds"
report "measured" "value" "limit"
report "reading and judging, rows a second" "$(value rate)" "at least 2000000"
report "bare LOAD DATA LOCAL INFILE, seconds" "$bare" "(what the next are compared with)"
report "first load, in key order" "$(ratio "$(value first)" "$bare")" "at most 1.30  ($(value first) s)"
report "first load, in random order" "$(ratio "$(value random)" "$bare")" "              ($(value random) s)"
report "weekly load, 1 % changed" "$(ratio "$(value weekly)" "$bare")" "at most 1.30  ($(value weekly) s)"
report "load with every row changed" "$(ratio "$(value every)" "$bare")" "at most 2.20  ($(value every) s)"
report "delta of 10,000 rows, seconds" "$(value delta)" "at most 5"
report "rollback of the weekly load, to that load" "$(ratio "$(value rollback)" "$(value weekly)")" "below 1       ($(value rollback) s)"
report "resident memory of a load, MiB" "$(value memory)" "at most 64"
report "look-up during a load, 99th percentile, to idle" "$(ratio "$(value busy)" "$(value idle)")" "at most 2.00  ($(value busy) and $(value idle) µs)"

if [ -n "$once" ]; then
    rows=$once files=$bench_directory/files-$once
    mkdir -p -- "$files"
    generate ordered
    empty
    report "first load of $once rows, once, seconds" "$(seconds load ordered)" ""
fi
