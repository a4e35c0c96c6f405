import Glibc

/// How often what the server gave up for another's sake is run again: twice, and up to seven times as long as two seconds have
/// not passed since it was given up first, for somebody waits for it. The pauses are random and grow, so that those who met do
/// not meet again.
struct Retries {
    private var count = 0
    private var first: First?

    private static let least = 2
    private static let most = 7
    private static let time = Duration.seconds(2)

    /// Counts one more; `false` when there may be none.
    mutating func next() -> Bool {
        let first = first ?? First()
        self.first = first
        guard count < Self.least || (count < Self.most && first.time.duration(to: .now) < Self.time) else {
            return false
        }
        count += 1
        return true
    }

    /// Waits before it: up to 25 ms first, then twice as long each time, up to 200 ms.
    func pause() { usleep(UInt32.random(in: 1_000...min(200_000, 12_500 << UInt32(count)))) }

    /// When it was given up first. An object, since nearly nothing ever is: a clock's time within every statement would cost more
    /// than the rest of this.
    private final class First {
        let time = ContinuousClock.now
    }
}
