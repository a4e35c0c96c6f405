# shellcheck shell=bash
# The programs as they are shipped: with Swift's runtime inside. To be sourced.
#
#   release_build LOG   builds both; when that fails, the end of LOG is shown and the status is 1
#   release_path        prints the folder that holds them

release_build() {
    local product
    for product in icegate-portal icegatectl; do
        swift build -c release --static-swift-stdlib --scratch-path .build-package --product "$product" >"$1" 2>&1 ||
            { tail -n 30 -- "$1" >&2 && return 1; }
    done
}

release_path() {
    swift build -c release --static-swift-stdlib --scratch-path .build-package --show-bin-path
}
