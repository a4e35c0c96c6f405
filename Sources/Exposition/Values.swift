import CoreMetrics
import Synchronization
import Threading

/// What a metric has come to, and how it is written.
protocol WritableValue: AnyObject, Sendable {
    func write(name: String, labels: String, to text: inout String)
}

/// Goes up only.
final class Count: WritableValue, CounterHandler {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) { count.add(max(0, amount), ordering: .relaxed) }
    func reset() { count.store(0, ordering: .relaxed) }

    func write(name: String, labels: String, to text: inout String) {
        text += "\(name)\(labels.inBraces) \(count.load(ordering: .relaxed))\n"
    }
}

/// Goes up and down.
final class Level: WritableValue, MeterHandler {
    private let level = Monitor(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { level.withLock { $0 = value } }
    func increment(by amount: Double) { level.withLock { $0 += amount } }
    func decrement(by amount: Double) { level.withLock { $0 -= amount } }

    func write(name: String, labels: String, to text: inout String) {
        text += "\(name)\(labels.inBraces) \(level.withLock { $0 }.asSample)\n"
    }
}

/// How often values fell into each bucket, their sum and their number.
final class Distribution: WritableValue, RecorderHandler, TimerHandler {
    private struct State {
        var counts: [Int]
        var sum = 0.0
        var count = 0
    }

    private let bounds: [Double]
    private let state: Monitor<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Monitor(State(counts: Array(repeating: 0, count: bounds.count)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        state.withLock { state in
            if let bucket = bounds.firstIndex(where: { value <= $0 }) { state.counts[bucket] += 1 }
            state.sum += value
            state.count += 1
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func write(name: String, labels: String, to text: inout String) {
        let state = state.withLock { $0 }
        let before = labels.isEmpty ? "" : labels + ","
        var sum = 0
        for (bound, count) in zip(bounds, state.counts) {
            sum += count
            text += "\(name)_bucket{\(before)le=\"\(bound.asSample)\"} \(sum)\n"
        }
        text += "\(name)_bucket{\(before)le=\"+Inf\"} \(state.count)\n"
        text += "\(name)_sum\(labels.inBraces) \(state.sum.asSample)\n"
        text += "\(name)_count\(labels.inBraces) \(state.count)\n"
    }
}

extension String {
    fileprivate var inBraces: String { isEmpty ? "" : "{\(self)}" }
}

extension Double {
    /// As Go's ParseFloat reads it: a whole number without its point.
    fileprivate var asSample: String {
        self == rounded() && magnitude < 1e15 ? String(Int64(self)) : String(self)
    }
}
