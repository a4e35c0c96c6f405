import Glibc

/// How often what the server gave up for another's sake is run again: twice, and up to seven times within two seconds of the
/// first failure, for somebody waits for it. The pauses are random and grow, so that those who met do not meet again.
struct Retries {
    private var count = 0
    private var first: First?

    private static let least = 2
    private static let most = 7
    private static let time = Duration.seconds(2)

    /// Counts one more; `false` when there may be none.
    mutating func next() -> Bool {
        let failed = first ?? First()
        first = failed
        guard count < Self.least || (count < Self.most && failed.time.duration(to: .now) < Self.time) else {
            return false
        }
        count += 1
        return true
    }

    /// Waits before it: up to 25 ms first, then twice as long each time, up to 200 ms.
    func pause() { usleep(UInt32.random(in: 1_000...min(200_000, 12_500 << UInt32(count)))) }

    /// When it failed first. An object, made by those few that fail: how an `Instant` is laid out the runtime alone knows, and
    /// every statement would ask it.
    private final class First {
        let time = ContinuousClock.now
    }
}
