import FoundationEssentials

extension Date {
    /// The time from another one to this, exact to what the columns hold.
    func microseconds(since other: Date) -> Int { Int((timeIntervalSince(other) * 1e6).rounded()) }
}
