/// Words round which most guessed passwords are built.
///
/// A password is common when nothing but such a word is left after case, usual letter substitutions (`@` for `a`,
/// `0` for `o`, …) and the digits and signs round it are taken away: `P@ssw0rd@1234` is `password`.
enum CommonPasswords {
    /// Whether the password is one of them.
    static func contain(_ password: String) -> Bool {
        let bytes = password.utf8.map { ASCIIText.isUppercase($0) ? $0 + 32 : $0 }
        return cores(of: bytes).contains { core in
            core.isEmpty || words.contains(core) || isRepetition(core)
        }
    }

    /// The letters that stay when digits and signs at both ends are taken away, and the same once letters that were
    /// written as digits or signs are letters again, for each place where the decoration at the end may begin.
    private static func cores(of bytes: [UInt8]) -> [String] {
        let isLetter = { (byte: UInt8) in ASCIIText.isLetter(byte) || byte >= 0x80 }
        let isLetterLike = { (byte: UInt8) in isLetter(byte) || substitutions[byte] != nil }
        guard let first = bytes.firstIndex(where: isLetter), let last = bytes.lastIndex(where: isLetter) else {
            return [""]
        }
        let starts = [bytes.firstIndex(where: isLetterLike) ?? first, first]
        let ends = last...(bytes.lastIndex(where: isLetterLike) ?? last)
        return starts.flatMap { start in
            ends.flatMap { end in
                let core = bytes[start...end]
                return [Array(core), core.map { substitutions[$0] ?? $0 }].map { String(decoding: $0, as: UTF8.self) }
            }
        }
    }

    private static func isRepetition(_ core: String) -> Bool {
        let bytes = Array(core.utf8)
        return (1...3).contains { period in
            bytes.count > period && zip(bytes, bytes.dropFirst(period)).allSatisfy { $0 == $1 }
        }
    }

    private static let substitutions: [UInt8: UInt8] = [
        UInt8(ascii: "@"): UInt8(ascii: "a"), UInt8(ascii: "4"): UInt8(ascii: "a"),
        UInt8(ascii: "0"): UInt8(ascii: "o"),
        UInt8(ascii: "1"): UInt8(ascii: "i"), UInt8(ascii: "!"): UInt8(ascii: "i"),
        UInt8(ascii: "3"): UInt8(ascii: "e"),
        UInt8(ascii: "5"): UInt8(ascii: "s"), UInt8(ascii: "$"): UInt8(ascii: "s"),
        UInt8(ascii: "7"): UInt8(ascii: "t"),
    ]

    private static let words: Set<String> = [
        "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh", "access", "admin", "administrator", "asdf", "asdfgh",
        "asdfghjkl", "baseball", "bharat", "changeme", "charlie", "computer", "default", "delhi", "donald", "dragon",
        "export", "exporter", "flower", "football", "freedom", "ganesh", "google", "guest", "hello", "hindustan",
        "iloveyou", "import", "importer", "india", "jaihind", "jordan", "killer", "krishna", "letmein", "login",
        "lovely",
        "master", "michael", "monkey", "mumbai", "mustang", "mypassword", "newpassword", "ninja", "passw", "passwd",
        "password", "passwordpassword", "passport", "princess", "qazwsx", "qazwsxedc", "qwer", "qwert", "qwerty",
        "qwertyuiop", "qwertyui", "root", "secret", "shadow", "shiva", "shriram", "starwars", "sunshine", "superman",
        "system", "temp", "temporary", "test", "testing", "trustno", "user", "welcome", "whatever", "winter", "summer",
        "zaq", "zaqxsw", "zxcvbn", "zxcvbnm",
    ]
}
