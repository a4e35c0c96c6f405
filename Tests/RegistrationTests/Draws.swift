import Threading

/// Random bytes that were fixed beforehand, one list for each draw.
final class Draws: Sendable {
    private let left: Monitor<[[UInt8]]>

    init(_ draws: [[UInt8]]) { left = Monitor(draws) }

    /// The next draw; empty when there is none left.
    @Sendable func next(_ count: Int) -> [UInt8] {
        left.withLock { $0.isEmpty ? [] : $0.removeFirst() }
    }

    var isEmpty: Bool { left.withLock { $0.isEmpty } }
}
