/// Why a text is not the value it was taken for: each rule that it breaks, in the order of the rules.
public struct InvalidValue: Error, Equatable {
    /// The broken rules, never empty.
    public let violations: [RuleViolation]

    /// Makes the error from at least one violation.
    public init(_ violations: [RuleViolation]) { self.violations = violations }

    init(_ violation: RuleViolation) { violations = [violation] }
}

/// A rule that a text breaks, in words for the person who typed it.
///
/// The web form, the master loader and the catalogues of translations share these words: the English text is the
/// message's identity.
public struct RuleViolation: Hashable, Sendable {
    /// The English sentence: what is wrong, and what to do.
    public let explanation: String

    /// Makes a violation.
    public init(_ explanation: String) { self.explanation = explanation }
}
