import Registration
import Sodium

/// What a browser keeps that asked for the OTPs of a forgotten password: the ICEGATE ID, to fill the next form in with, and
/// what its tries are counted by, apart from those of browsers that did not ask.
///
/// The code over both, made with a key of the portal, keeps anybody from making one without a captcha.
struct RecoveryToken {
    /// The ICEGATE ID that was typed.
    let name: ICEGATEID
    /// 16 random bytes, drawn when the browser asked.
    let asker: [UInt8]

    /// A token for a browser that has asked.
    init(name: ICEGATEID, random: RandomBytes) {
        self.name = name
        asker = random(16)
    }

    /// Reads a cookie; `nil` for anything that is not this portal's.
    init?(cookie text: String, keys: KeyRing) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let name = try? ICEGATEID(parts[0]), let asker = Hexadecimal.decode(parts[1]),
            let code = Hexadecimal.decode(parts[2]),
            keys.turns.contains(where: { Digest.areEqual(code, Self.code(of: name, asker, keys: $0)) })
        else { return nil }
        self.name = name
        self.asker = asker
    }

    /// The cookie's value: `NAME.asker.code`, the two in hexadecimal digits.
    func cookie(keys: KeyRing) -> String {
        let code = Self.code(of: name, asker, keys: keys)
        return "\(name.text).\(Hexadecimal.encode(asker)).\(Hexadecimal.encode(code))"
    }

    private static func code(of name: ICEGATEID, _ asker: [UInt8], keys: KeyRing) -> [UInt8] {
        keys.code(for: .recovery, Array(name.text.utf8), asker)
    }
}
