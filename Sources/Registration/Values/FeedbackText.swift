/// What somebody tells the portal of itself: up to 2,000 characters of plain text in one or more lines.
public struct FeedbackText: Sendable, Equatable {
    /// The text, with line feeds between its lines and without blanks at its ends.
    public let text: String

    /// The longest text, in characters.
    public static let maximumLength = 2_000

    /// Reads a text as a browser sends it: its line ends become line feeds.
    ///
    /// - Throws: ``RuleViolation/feedbackMissing``, ``RuleViolation/feedbackLength`` or ``RuleViolation/feedbackControl``.
    public init(_ typed: String) throws(InvalidValue) {
        let lines = typed.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        let scalars = lines.unicodeScalars
        let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { throw InvalidValue(.feedbackMissing) }
        let text = String(scalars[first...last])
        guard text.unicodeScalars.count <= Self.maximumLength else { throw InvalidValue(.feedbackLength) }
        guard !text.unicodeScalars.contains(where: Self.isControl) else { throw InvalidValue(.feedbackControl) }
        self.text = text
    }

    /// Whether a character is one that shows nothing, or turns the direction of what is beside it.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: scalar != "\n" && scalar != "\t"
        case .surrogate, .privateUse, .unassigned: true
        // Devanagari joins and parts letters with two of them.
        case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
        default: false
        }
    }
}

extension RuleViolation {
    /// Nothing was typed.
    public static let feedbackMissing = RuleViolation("Enter your feedback.")
    /// More than 2,000 characters.
    public static let feedbackLength = RuleViolation("The feedback should not exceed 2000 characters.")
    /// A character that shows nothing.
    public static let feedbackControl = RuleViolation("The feedback should not contain control characters.")
}
