import Sodium
import Threading

/// Makes and compares password hashes, a bounded number at a time.
///
/// Each takes 19 MiB and a core for some 50 ms: without a bound a few hundred logins at once would starve every page.
final class PasswordHasher: Sendable {
    private struct State {
        var running = 0
        var waiting = 0
    }

    private let state: Monitor<State>
    private let concurrency: Int
    private let queue: Int
    private let cost: PasswordHash.Cost
    private let nobody: PasswordHash

    /// Makes a hasher.
    ///
    /// - Parameters:
    ///   - concurrency: hashes at the same time, at least 1.
    ///   - queue: callers that may wait; those beyond are refused at once.
    init(concurrency: Int, queue: Int, cost: PasswordHash.Cost = .owasp) {
        state = Monitor(State())
        self.concurrency = max(1, concurrency)
        self.queue = queue
        self.cost = cost
        // A hash that no password matches: its salt and output are random, and its cost is the usual one.
        let random = Hexadecimal.encode(RandomBytes.system(32))
        nobody = PasswordHash.make(of: Array(random.utf8), cost: cost) ?? PasswordHash(stored: "")
    }

    /// Hashes a password; `nil` when too many wait already.
    func hash(_ password: [UInt8]) -> PasswordHash? {
        inTurn { PasswordHash.make(of: password, cost: cost) } ?? nil
    }

    /// Whether a password matches a hash; `nil` when too many wait already.
    ///
    /// - Parameter hash: `nil` compares with a hash that nobody has, in the same time.
    func matches(_ password: [UInt8], _ hash: PasswordHash?) -> Bool? {
        inTurn { (hash ?? nobody).matches(password) && hash != nil }
    }

    /// The hash with the current cost, where `hash` has another.
    func rehashed(_ password: [UInt8], _ hash: PasswordHash) -> PasswordHash? {
        hash.isOutdated(for: cost) ? self.hash(password) : nil
    }

    /// Hashes being made at this moment, and callers that wait.
    var load: (running: Int, waiting: Int) { state.withLock { ($0.running, $0.waiting) } }

    private func inTurn<Result>(_ body: () -> Result) -> Result? {
        let mayEnter = state.withLock { state in
            guard state.running + state.waiting < concurrency + queue else { return false }
            state.waiting += 1
            return true
        }
        guard mayEnter else { return nil }
        _ = state.wait(atMost: nil) { state -> Bool? in
            guard state.running < concurrency else { return nil }
            state.waiting -= 1
            state.running += 1
            return true
        }
        defer {
            state.withLock { $0.running -= 1 }
            state.notifyOne()
        }
        return body()
    }
}
