# shellcheck shell=bash
# What every set-up of the portal on this machine has: programs, secrets, accounts, configuration, the sample master. To be
# sourced after environment.sh, packages.sh, processes.sh and mariadb.sh.
#
#   build                        the programs, into $run_directory/bin; with BUILT set, those of that directory
#   ports_are_free PORT…         ends the script where one is not
#   secret NAME                  a secret of its own for each use
#   prepare_database DIR HOST    database, accounts and rights on the server of DIR, for programs that come from HOST
#   configuration_text LINE…     what stands in $configuration, with these lines that say where MariaDB and the portal's socket are
#   write_configuration LINE…    writes it, and the key file
#   fill_database                migrations; once, the sample master and temporary passwords
#   announce                     what to open and to register with

: "${checkout:?}" "${portal_port:?}" "${messages_port:?}"
build_configuration=${BUILD_CONFIGURATION:-release}
messages_directory=${run_directory:?}/messages
configuration=$run_directory/icegate.conf
prepared=$run_directory/prepared
first_start=no

show_log() {
    [ ! -s "$1" ] || { say "--- the end of $1" && tail -n 20 -- "$1"; } >&2
}

# The status of a GET, or nothing when nobody answers within three seconds.
http_status() {
    local status=
    {
        exec 3<>"/dev/tcp/127.0.0.1/$1" &&
            printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$2" "$1" >&3 &&
            read -r -t 3 _ status _ <&3 && printf '%s\n' "$status"
        exec 3>&-
    } 2>/dev/null
}

ports_are_free() {
    local port
    for port in "$@"; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            die "port $port is in use: set PORTAL_PORT (and MESSAGES_PORT) to free ones"
        fi
    done
}

build() {
    if [ -n "${BUILT-}" ]; then
        ln -sfn -- "$BUILT" "$run_directory/bin"
        return
    fi
    command -v swift >/dev/null || die "the Swift toolchain is not in PATH (swift.org/install)"
    local product log=$run_directory/build.log
    say "Building (the first time takes some minutes)"
    : >"$log"
    for product in icegate-portal icegatectl; do
        swift build --configuration "$build_configuration" --product "$product" >>"$log" 2>&1 </dev/null ||
            { grep -E -A 4 'error:' "$log" >&2 || show_log "$log"; die "the build failed: $log"; }
    done
    ln -sfn -- "$(swift build --configuration "$build_configuration" --show-bin-path)" "$run_directory/bin"
}

# A secret of its own for each use, made once, readable by its owner alone: the umask is 077.
secret() {
    local file=$run_directory/secrets/$1
    [ -s "$file" ] || { od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$file.new" && mv -- "$file.new" "$file"; }
    cat -- "$file"
}

# Accounts and rights come before the tables and are put right at every start.
prepare_database() {
    {
        printf 'CREATE DATABASE IF NOT EXISTS icegate CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\nUSE icegate;\n'
        printf "SET @icegate_host = '%s';\n" "$2"
        printf "SET @portal_password = '%s', @loader_password = '%s', @migrator_password = '%s', @reader_password = '%s', @auditor_password = '%s', @keeper_password = '%s';\n" \
            "$(secret portal)" "$(secret loader)" "$(secret migrator)" "$(secret reader)" "$(secret auditor)" "$(secret keeper)"
        cat sql/roles.sql
    } | mariadb_admin "$1"
}

configuration_text() {
    cat <<TEXT
ICEGATE_ENVIRONMENT=development
ICEGATE_ORIGIN=http://127.0.0.1:$portal_port
DATABASE_NAME=icegate
DATABASE_USER=icegate_portal
DATABASE_PASSWORD=$(secret portal)
CTL_MIGRATOR_USER=icegate_migrator
CTL_MIGRATOR_PASSWORD=$(secret migrator)
CTL_READER_USER=icegate_reader
CTL_READER_PASSWORD=$(secret reader)
CTL_AUDITOR_USER=icegate_auditor
CTL_AUDITOR_PASSWORD=$(secret auditor)
CTL_KEEPER_USER=icegate_keeper
CTL_KEEPER_PASSWORD=$(secret keeper)
CTL_LOADER_USER=icegate_loader
CTL_LOADER_PASSWORD=$(secret loader)
FASTCGI_SOCKET_GROUP=$(id -gn)
KEY_FILE=$run_directory/keys
TEMPLATES_DIRECTORY=$checkout/Sources/Portal/Resources/Templates
LOCALES_DIRECTORY=$checkout/Sources/Portal/Resources/Locales
ASSETS_DIRECTORY=$checkout/nginx/assets
RECORDINGS_DIRECTORY=$checkout/Sources/Captcha/Recordings
MIGRATIONS_DIRECTORY=$checkout/sql/migrations
COURIER_TRANSPORT=file
COURIER_DIRECTORY=$messages_directory
TEXT
    printf '%s\n' "$@"
    [ -z "${CAPTCHA_TEST_ANSWER-}" ] || printf 'CAPTCHA_TEST_ANSWER=%s\n' "$CAPTCHA_TEST_ANSWER"
}

write_configuration() {
    printf '1:%s\n' "$(secret key)" >"$run_directory/keys"
    configuration_text "$@" >"$configuration"
}

fill_database() {
    script/ctl migrate || die "the migration failed"
    [ -e "$prepared" ] && return
    say "Loading the sample master and issuing temporary passwords"
    # A copy: the report of refused rows is written beside the file.
    cp -- sql/sample/master.csv "$run_directory/master.csv"
    script/ctl master load "$run_directory/master.csv" --mode=full >"$run_directory/master.log" 2>&1 ||
        # 1: some rows were refused, as the sample wants.
        [ $? = 1 ] || { show_log "$run_directory/master.log" && die "the sample master could not be loaded"; }
    script/ctl password issue --all >"$run_directory/password.log" 2>&1 ||
        [ $? = 1 ] || { show_log "$run_directory/password.log" && die "temporary passwords could not be issued"; }
    # In service a timer does; here so that the audit can be checked from the first minute.
    script/ctl audit seal >/dev/null || die "the audit could not be sealed"
    touch -- "$prepared"
}

# Registrants that nobody has used yet: their only message is the one with the temporary password. One line each: IEC,
# GSTIN, temporary password.
sample_registrants() {
    local wanted=$1 line iec gstin email mobile iec_status gstin_status password
    local -a messages
    while [ "$wanted" -gt 0 ] && IFS=, read -r iec gstin _ email mobile iec_status gstin_status; do
        [[ $iec_status == valid && $gstin_status == ACT && $email == *@* && $mobile =~ ^[6-9][0-9]{9}$ ]] || continue
        messages=("$messages_directory"/*-email-"$email".txt)
        [[ ${#messages[@]} == 1 && -s ${messages[0]} ]] || continue
        line=$(grep -oE '[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}' "${messages[0]}" || :)
        password=${line%%$'\n'*}
        [ -n "$password" ] || continue
        printf '%s %s %s\n' "$iec" "$gstin" "$password"
        wanted=$((wanted - 1))
        # The legal name alone is quoted, and not wanted.
    done < <(sed 's/"[^"]*"//g' sql/sample/master.csv | tail -n +2 | tr -d '\r')
}

announce() {
    local samples="" tenth iec gstin password
    # The courier writes the messages of a first start while this waits.
    for ((tenth = 0; tenth < 200; tenth++)); do
        samples=$(sample_registrants 3)
        [ "$(wc -l <<<"$samples")" -lt 3 ] || break
        [ "$first_start" = yes ] || break
        sleep 0.1
    done
    say ""
    say "The portal:  http://127.0.0.1:$portal_port/"
    say "Messages:    http://127.0.0.1:$messages_port/   ($messages_directory)"
    say ""
    if [ -n "$samples" ]; then
        say "To register (\"Simplified Registration\"):"
        printf '  %-12s %-17s %s\n' IEC GSTIN "temporary password"
        while read -r iec gstin password; do
            printf '  %-12s %-17s %s\n' "$iec" "$gstin" "$password"
        done <<<"$samples"
    else
        say "No sample registrant is left; deleting $run_directory starts afresh."
    fi
    say ""
}
