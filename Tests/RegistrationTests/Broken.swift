@testable import Registration

/// The rules that a text breaks, in words; empty for one that is a value.
func broken<Value>(_ make: () throws(InvalidValue) -> Value) -> [RuleViolation] {
    do {
        _ = try make()
        return []
    } catch {
        return error.violations
    }
}

/// Scalars that pass for nothing, or for a letter, a digit or a line end, somewhere in a stack of programs.
let hostileScalars: [Unicode.Scalar] = [
    "\u{0}", "\u{1}", "\u{A}", "\u{B}", "\u{D}", "\u{1B}", "\u{7F}", "\u{85}", "\u{A0}", "\u{AD}", "\u{301}", "\u{17F}",
    "\u{212A}",
    "\u{410}", "\u{967}", "\u{93F}", "\u{200B}", "\u{200D}", "\u{2028}", "\u{202E}", "\u{FEFF}", "\u{FF11}", "\u{FF21}",
    "\u{FFFD}",
    "\u{1F600}",
]

/// A text with a scalar put in at every place, and in place of every character.
func variants(of text: String, with scalar: Unicode.Scalar) -> [String] {
    let scalars = Array(text.unicodeScalars)
    return (0...scalars.count).flatMap { index in
        [index, min(index + 1, scalars.count)].map { rest in
            var variant = String.UnicodeScalarView(scalars[..<index])
            variant.append(scalar)
            variant.append(contentsOf: scalars[rest...])
            return String(variant)
        }
    }
}
