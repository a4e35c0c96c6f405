# shellcheck shell=bash
# nginx/development.conf with this machine's values. To be sourced after environment.sh.
#
#   nginx_render DIRECTORY SOCKET PORTAL_PORT MESSAGES_PORT SOCKET…   makes DIRECTORY/nginx/nginx.conf; the pid, the logs
#                                                                     and the messages are in DIRECTORY too. Portals with
#                                                                     more SOCKETs share the requests

nginx_render() {
    local text user="" socket
    local servers="server \"unix:$2\";"
    for socket in "${@:5}"; do
        servers+=" server \"unix:$socket\";"
    done
    # As in nginx/upstream.conf.
    [ $# = 4 ] || servers="zone portals 128k; least_conn; ${servers//\";/\" max_fails=2 fail_timeout=5s;}"
    # The workers run as whoever runs this, who can read the checkout and the messages.
    [ "$(id -u)" != 0 ] || user="user root;"
    mkdir -p -- "$1/nginx" "$1/messages"
    ln -sfn -- "${checkout:?}/nginx/snippets" "$1/nginx/snippets"
    text=$(<nginx/development.conf)
    text=${text//@USER@/"$user"}
    text=${text//@RUN@/"$1"}
    text=${text//@SERVERS@/"$servers"}
    text=${text//@CHECKOUT@/"$checkout"}
    text=${text//@PORTAL_PORT@/"$3"}
    text=${text//@MESSAGES_PORT@/"$4"}
    printf '%s\n' "$text" >"$1/nginx/nginx.conf"
}
