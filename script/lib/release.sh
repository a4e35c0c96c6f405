# shellcheck shell=bash
# The programs as they are shipped: with Swift's runtime inside. To be sourced.
#
#   release_build LOG   builds both; when that fails, the end of LOG is shown and the status is 1
#   release_path        prints the folder that holds them

release_build() {
    local product log=$1
    # The 50,000 addresses that are set when a program starts take 10 KB of it and not 1.2 MB, all of which would be read.
    local linking=(-Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs)
    for product in icegate-portal icegatectl; do
        swift build -c release --static-swift-stdlib --scratch-path .build-package --product "$product" \
            "${linking[@]}" >"$log" 2>&1 || { tail -n 30 -- "$log" >&2 && return 1; }
    done
}

release_path() {
    swift build -c release --static-swift-stdlib --scratch-path .build-package --show-bin-path
}
