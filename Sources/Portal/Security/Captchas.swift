import Captcha
import FoundationEssentials
import Persistence
import Registration
import Sodium

/// Captchas whose answers are derived, not stored: the token names a nonce and a time, the key gives the answer.
///
/// A form that is only looked at leaves no row in the database; a token that was answered does, so that none is
/// answered twice. The answer depends on the browser's session as well: a token solved elsewhere is worth nothing.
struct Captchas: Sendable {
    let keys: KeyRing
    let lifetime: Duration
    let painter: CaptchaPainter
    let speaker: CaptchaSpeaker
    let testAnswer: String?

    /// A new token: 16 random bytes and the second of its making, under a code of both and the session.
    func newToken(session: String, random: RandomBytes, now: Date) -> String {
        let seconds = UInt64(max(0, now.timeIntervalSince1970))
        let time = (0..<8).reversed().map { UInt8(truncatingIfNeeded: seconds >> ($0 * 8)) }
        let body = random(16) + time
        return Hexadecimal.encode(body + Self.code(of: body, session: session, keys: keys))
    }

    /// The characters that a token stands for; `nil` for a token that is not this portal's, of another session, or too
    /// old.
    func text(of token: String, session: String, now: Date) -> CaptchaText? {
        guard var generator = generator(of: token, session: session, now: now) else { return nil }
        return CaptchaText(using: &generator)
    }

    /// The image of a token: always the same one, so that asking often teaches nothing.
    func image(of token: String, session: String, now: Date) throws(CaptchaError) -> [UInt8]? {
        guard var generator = generator(of: token, session: session, now: now) else { return nil }
        let text = CaptchaText(using: &generator)
        return try painter.png(of: text, using: &generator)
    }

    /// The sound of a token, in a language: always the same one too, so that no noise can be taken away by listening often.
    func sound(of token: String, in language: MessageLanguage, session: String, now: Date) -> [UInt8]? {
        guard var generator = generator(of: token, session: session, now: now) else { return nil }
        let text = CaptchaText(using: &generator)
        return speaker.wav(of: text, language: CaptchaSpeaker.Language(language), using: &generator)
    }

    /// What an answer was worth, and what is used up with it.
    enum Verdict {
        case right(CaptchaUse)
        /// The token was good, and the answer was not the one to it.
        case wrong(CaptchaUse)
        /// The token was another session's, too old, or none.
        case void
    }

    /// Judges what was typed. It counts only when the token can be used up.
    ///
    /// - Parameter submission: everything that was sent: the same form sent twice by a double click is one try.
    func judge(_ typed: String, token: String, submission: [UInt8], session: String, now: Date) -> Verdict {
        if let testAnswer, Digest.areEqual(Array(typed.utf8), Array(testAnswer.utf8)) { return .right(.nothing) }
        guard let expected = text(of: token, session: session, now: now) else { return .void }
        let use = CaptchaUse.token(Digest.sha256(Array(token.utf8)), submission: Digest.sha256(submission))
        return CaptchaText(typed) == expected ? .right(use) : .wrong(use)
    }

    /// Where the characters of a token, and all that is drawn with them, come from; `nil` for a token that is none.
    private func generator(of token: String, session: String, now: Date) -> KeyedGenerator? {
        guard token.utf8.count == 112, let bytes = Hexadecimal.decode(token) else { return nil }
        let body = Array(bytes[..<24])
        let code = Array(bytes[24...])
        let keys = keys.turns.first { Digest.areEqual(code, Self.code(of: body, session: session, keys: $0)) }
        guard let keys else { return nil }
        let made = body[16...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let age = now.timeIntervalSince1970 - Double(made)
        guard age >= -60, age < Double(lifetime.components.seconds) else { return nil }
        return KeyedGenerator { block in
            keys.code(for: .captchaAnswer, body, Array(session.utf8), Array(String(block).utf8))
        }
    }

    private static func code(of body: [UInt8], session: String, keys: KeyRing) -> [UInt8] {
        keys.code(for: .captchaToken, body, Array(session.utf8))
    }
}

extension CaptchaSpeaker.Language {
    fileprivate init(_ language: MessageLanguage) {
        switch language {
        case .english: self = .english
        case .hindi: self = .hindi
        }
    }
}

/// Numbers from a keyed hash in counter mode: the same for the same token, unforeseeable without the key.
///
/// 32 bytes of a code give four numbers; a picture takes a few hundred.
private struct KeyedGenerator: RandomNumberGenerator {
    let code: (UInt32) -> [UInt8]
    private var block: UInt32 = 0
    private var bytes: ArraySlice<UInt8> = []

    init(code: @escaping (UInt32) -> [UInt8]) { self.code = code }

    mutating func next() -> UInt64 {
        if bytes.isEmpty {
            bytes = code(block)[...]
            block &+= 1
        }
        defer { bytes = bytes.dropFirst(8) }
        return bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
