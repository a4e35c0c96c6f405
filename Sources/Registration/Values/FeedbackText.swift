/// What somebody tells the portal of itself: up to 1,000 characters of plain text in one or more lines.
///
/// A form of 16 KiB has room for as many of any script, percent-encoded.
public struct FeedbackText: Sendable, Equatable {
    /// The text, with line feeds between its lines and without blanks at its ends.
    public let text: String

    /// The longest text, in characters.
    public static let maximumLength = 1_000

    /// Reads a text as a browser sends it. Line ends become line feeds, and marks that show nothing are left out: people
    /// paste them without knowing.
    ///
    /// - Throws: ``RuleViolation/feedbackMissing``, ``RuleViolation/feedbackLength`` or ``RuleViolation/feedbackControl``.
    public init(_ typed: String) throws(InvalidValue) {
        var scalars: [Unicode.Scalar] = []
        for scalar in typed.unicodeScalars where !Self.isInvisible(scalar) {
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        // A carriage return alone was a line's end once.
        scalars = scalars.map { $0 == "\r" ? "\n" : $0 }
        guard let first = scalars.firstIndex(where: { !Self.isBlank($0) }),
            let last = scalars.lastIndex(where: { !Self.isBlank($0) })
        else { throw InvalidValue(.feedbackMissing) }
        let kept = scalars[first...last]
        guard kept.count <= Self.maximumLength else { throw InvalidValue(.feedbackLength) }
        guard !kept.contains(where: Self.isControl) else { throw InvalidValue(.feedbackControl) }
        text = String(String.UnicodeScalarView(kept))
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || joiners.contains(scalar)
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .format && !joiners.contains(scalar)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    }

    /// What joins and parts letters of Devanagari.
    private static let joiners: [Unicode.Scalar] = ["\u{200C}", "\u{200D}"]
}

extension RuleViolation {
    /// Nothing was typed.
    public static let feedbackMissing = RuleViolation("Enter your feedback.")
    /// More than 1,000 characters.
    public static let feedbackLength = RuleViolation("The feedback should not exceed 1000 characters.")
    /// A character that is none of a text.
    public static let feedbackControl = RuleViolation("The feedback should not contain control characters.")
}
