import Threading

/// Runs `body` in `count` threads that start at the same instant, and returns what each gave, in the threads' order.
///
/// - Parameter body: gets the thread's number, from 0.
func atOnce<T: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) throws -> T) throws -> [T] {
    let gate = Monitor(false)
    let results = Monitor([Int: Result<T, any Error>]())
    let threads = (0..<count).map { number in
        Thread.start {
            _ = gate.wait(atMost: nil) { isOpen in isOpen ? true : nil }
            let result = Result { try body(number) }
            results.withLock { $0[number] = result }
        }
    }
    gate.withLock { $0 = true }
    gate.notifyAll()
    for thread in threads { thread?.join() }
    return try (0..<count).map { number in
        guard let result = results.withLock({ $0[number] }) else { throw NoThread() }
        return try result.get()
    }
}

/// The system had no thread to give.
private struct NoThread: Error {}
