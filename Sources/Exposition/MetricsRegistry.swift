public import CoreMetrics
import Threading

/// The metrics of one process, kept for who asks for them as text.
///
/// The labels of swift-metrics are the names of Prometheus, with unit and `_total` as its conventions want them. A name that was
/// not described is kept all the same, without help. Source: Prometheus exposition format 0.0.4, "Metric and label naming".
public final class MetricsRegistry: MetricsFactory, Sendable {
    /// What a name means.
    public struct Description: Sendable {
        let name: String
        let help: String
        let bounds: [Double]

        /// Describes a metric.
        ///
        /// - Parameters:
        ///   - help: one line, for who reads the dashboard.
        ///   - bounds: of a histogram's buckets, ascending, in the unit of the name.
        public init(_ name: String, _ help: String, bounds: [Double] = []) {
            self.name = name
            self.help = help
            self.bounds = bounds
        }
    }

    private let families: Monitor<[String: Family]>
    private let descriptions: [String: Description]

    /// Bounds for what takes milliseconds to seconds.
    public static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// Makes a registry that knows these names.
    public init(_ descriptions: [Description]) {
        self.descriptions = Dictionary(descriptions.map { ($0.name, $0) }) { $1 }
        families = Monitor([:])
    }

    /// All metrics as text, in the order of their names.
    public func text() -> [UInt8] {
        let known = families.withLock { $0 }
        var text = ""
        for (name, family) in known.sorted(by: { $0.key < $1.key }) {
            if let help = descriptions[name]?.help { text += "# HELP \(name) \(help)\n" }
            text += "# TYPE \(name) \(family.type)\n"
            let values = family.values.map { (labels: Self.text(of: $0.key), value: $0.value) }
            for (labels, value) in values.sorted(by: { $0.labels < $1.labels }) {
                value.write(name: name, labels: labels, to: &text)
            }
        }
        return Array(text.utf8)
    }

    // MARK: MetricsFactory

    /// A counter; of the same name and labels always the same.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        value(label, dimensions, type: "counter") { Count() }
    }

    /// A value that goes up and down.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        value(label, dimensions, type: "gauge") { Level() }
    }

    /// A histogram in the unit of its name.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let bounds = descriptions[label]?.bounds ?? Self.seconds
        return value(label, dimensions, type: "histogram") { Distribution(bounds: bounds) }
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let bounds = descriptions[label].map(\.bounds).flatMap { $0.isEmpty ? nil : $0 } ?? Self.seconds
        return value(label, dimensions, type: "histogram") { Distribution(bounds: bounds) }
    }

    /// Metrics live as long as the process.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Metrics live as long as the process.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Metrics live as long as the process.
    public func destroyTimer(_ handler: any TimerHandler) {}
    /// Metrics live as long as the process.
    public func destroyMeter(_ handler: any MeterHandler) {}

    private struct Family {
        let type: String
        var values: [[Label]: any WritableValue] = [:]
    }

    /// What tells values of one name apart, as it came: `text()` alone escapes it.
    private struct Label: Hashable {
        let name: String
        let value: String
    }

    /// A name that is used as two kinds keeps the first; the other counts into nothing.
    private func value<Value: WritableValue>(
        _ name: String, _ dimensions: [(String, String)], type: String, make: () -> Value
    ) -> Value {
        let labels = dimensions.map { Label(name: $0, value: $1) }
        return families.withLock { families in
            if let known = families[name]?.values[labels] as? Value { return known }
            let made = make()
            if families[name, default: Family(type: type)].type == type {
                families[name, default: Family(type: type)].values[labels] = made
            }
            return made
        }
    }

    private static func text(of labels: [Label]) -> String {
        labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        // By scalars: a quote with a combining sign behind it is one character of Swift.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
