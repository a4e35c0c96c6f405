import Sodium
import Threading

/// Makes and compares password hashes, a bounded number at a time.
///
/// Each takes 19 MiB and a core for some 20 to 50 ms: without a bound a few hundred logins at once would starve every page. For
/// the same reason threads of its own make them, which stand back where a page wants the core.
final class PasswordHasher: Sendable {
    private struct Job: Sendable {
        let since = ContinuousClock.now
        /// Makes the hash, unless it comes too late, and returns what tells whoever waits for it.
        let make: @Sendable (_ isLate: Bool) -> @Sendable () -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var running = 0
        var isEnded = false
    }

    private let state: Monitor<State>
    private let threads: [Thread]
    private let queue: Int
    private let cost: PasswordHash.Cost
    private let nobody: PasswordHash

    /// Whose turn comes later is refused: nginx would give the portal up.
    private static let patience = Duration.seconds(8)

    /// Makes a hasher.
    ///
    /// - Parameters:
    ///   - concurrency: hashes at the same time, at least 1.
    ///   - queue: callers that may wait; those beyond are refused at once.
    init(concurrency: Int, queue: Int, cost: PasswordHash.Cost = .owasp) {
        state = Monitor(State())
        self.queue = queue
        self.cost = cost
        nobody = .ofNobody(cost: cost)
        // Fewer where the system has no more; without any each hash is refused as one too many.
        threads = (0..<max(1, concurrency)).compactMap { [state] _ in
            Thread.start(standingBack: true) { Self.work(state) }
        }
    }

    // None of the threads holds the hasher, so that none waits for itself here.
    deinit {
        state.withLock { $0.isEnded = true }
        state.notifyAll()
        for thread in threads { thread.join() }
    }

    /// Hashes a password; `nil` when too many wait already.
    func hash(_ password: [UInt8]) -> PasswordHash? {
        inTurn { [cost] in PasswordHash.make(of: password, cost: cost) } ?? nil
    }

    /// Whether a password matches a hash; `nil` when too many wait already.
    ///
    /// - Parameter hash: `nil` compares with a hash that nobody has, in the same time.
    func matches(_ password: [UInt8], _ hash: PasswordHash?) -> Bool? {
        inTurn { [nobody] in (hash ?? nobody).matches(password) && hash != nil }
    }

    /// The hash with the current cost, where `hash` has another.
    func rehashed(_ password: [UInt8], _ hash: PasswordHash) -> PasswordHash? {
        hash.isOutdated(for: cost) ? self.hash(password) : nil
    }

    /// Hashes being made at this moment, and callers that wait.
    var load: (running: Int, waiting: Int) { state.withLock { ($0.running, $0.jobs.count) } }

    /// Whether one more would be refused at this moment.
    var isFull: Bool { state.withLock(isFull) }

    private func isFull(_ state: inout State) -> Bool { state.running + state.jobs.count >= threads.count + queue }

    private func inTurn<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result? {
        let answer = Monitor<Result??>(nil)
        let job = Job { isLate in
            let made = isLate ? nil : body()
            return {
                answer.withLock { $0 = .some(made) }
                answer.notifyAll()
            }
        }
        let mayEnter = state.withLock { state in
            guard !threads.isEmpty, !isFull(&state) else { return false }
            state.jobs.append(job)
            return true
        }
        guard mayEnter else { return nil }
        state.notifyOne()
        Turns.passOn()
        return answer.wait(atMost: nil, for: \.self) ?? nil
    }

    /// What each of the threads does until the hasher is gone.
    private static func work(_ state: Monitor<State>) {
        while true {
            let job: Job?? = state.wait(atMost: nil) { state in
                if !state.jobs.isEmpty {
                    state.running += 1
                    return .some(state.jobs.removeFirst())
                }
                return state.isEnded ? .some(nil) : nil
            }
            guard let job, let job else { return }
            let tell = job.make(job.since.duration(to: .now) > patience)
            // Before it is told: whoever waited may come with the next one at once.
            state.withLock { $0.running -= 1 }
            tell()
        }
    }
}
