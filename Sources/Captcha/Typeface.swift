import Threading

/// The letters of one font, each drawn when it is first wanted and then kept.
///
/// All letters of all fonts together take some 60 ms, for which no start of the portal has to wait.
final class Typeface: Sendable {
    private let file: String
    /// In the order of the alphabet.
    private let letters: Monitor<[Glyph?]>

    /// Draws one letter.
    ///
    /// - Throws: ``CaptchaError`` that names a damaged font.
    init(file: String) throws(CaptchaError) {
        self.file = file
        letters = Monitor(Array(repeating: nil, count: Self.alphabet.count))
        _ = try glyph(0)
    }

    /// A letter by its place in the alphabet.
    ///
    /// - Throws: ``CaptchaError`` when memory is short or the font is not there any more.
    func glyph(_ place: Int) throws(CaptchaError) -> Glyph {
        if let kept = letters.withLock({ $0[place] }) { return kept }
        // Two threads may draw the same: no other one waits for it.
        let drawn = try Glyph(String(Self.alphabet[place]), font: file)
        letters.withLock { $0[place] = drawn }
        return drawn
    }

    private static let alphabet = Array(CaptchaText.alphabet)
}
