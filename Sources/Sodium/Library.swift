import CSodium

/// The one-time start of libsodium, which every entry point of this module passes first.
///
/// Source: sodium_init(3): it may be called from several threads, and must have returned before anything else is used.
enum Library {
    static let isReady: Bool = sodium_init() >= 0

    /// Ends the process when libsodium cannot start: without a random source nothing that follows is safe.
    static func require() {
        precondition(isReady, "libsodium could not start: is there a random source (/dev/urandom)?")
    }
}
