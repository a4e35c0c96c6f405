# shellcheck shell=bash
# Processes that outlive the script that starts them, known by a file. To be sourced after environment.sh.
#
#   process_start FILE LOG COMMAND…   starts COMMAND in a session of its own, and writes its id and start time to FILE
#   process_runs FILE                 whether that very process runs; a number that went to a stranger is not it
#   process_stop FILE SECONDS         SIGTERM, and SIGKILL when that was not enough after SECONDS

# State and start time of a process: fields 3 and 22 of /proc/PID/stat (proc(5)), behind a name that can hold anything.
_process_facts() {
    local line
    local -a fields
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -ra fields <<<"${line##*) }"
    printf '%s %s\n' "${fields[0]}" "${fields[19]}"
}

process_start() {
    local file=$1 log=$2 pid facts
    shift 2
    # A session of its own: Ctrl-C in the terminal reaches the script alone, which stops things in their order.
    # A subshell, where job control is off: setsid then keeps the process id that is printed here.
    pid=$(
        setsid -- "$@" </dev/null >>"$log" 2>&1 9>&- &
        echo $!
    )
    # One that ended at once leaves no facts; whoever waits for its answer finds out.
    facts=$(_process_facts "$pid") || facts="Z 0"
    printf '%s %s\n' "$pid" "${facts#* }" >"$file"
}

process_runs() {
    local pid started facts
    { read -r pid started <"$1"; } 2>/dev/null || return 1
    facts=$(_process_facts "$pid") || return 1
    [[ ${facts% *} != [ZX] && ${facts#* } == "$started" ]]
}

process_stop() {
    local pid tenth
    if process_runs "$1"; then
        read -r pid _ <"$1"
        kill -TERM "$pid"
        for ((tenth = 0; tenth < $2 * 10; tenth++)); do
            process_runs "$1" || break
            sleep 0.1
        done
        ! process_runs "$1" || kill -KILL "$pid"
    fi
    rm -f -- "$1"
}
