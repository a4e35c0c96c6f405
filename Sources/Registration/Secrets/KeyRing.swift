public import Sodium

/// The keys from which one-time passwords, temporary passwords and captcha answers are derived and with which the audit is
/// sealed, by identifier.
///
/// Keys live outside the database and carry identifiers, so that they can be changed while secrets derived from older
/// ones still hold.
public struct KeyRing: Sendable {
    /// The identifier of the key that new secrets are derived from.
    public let currentID: UInt32

    private let keys: [UInt32: KeyedHash]
    private let current: KeyedHash

    /// Takes the keys, the first of which becomes the current one.
    ///
    /// - Parameter entries: identifier and 32 bytes for each key.
    /// - Returns: `nil` when there is none, an identifier occurs twice, or a key has another length.
    public init?(_ entries: [(id: UInt32, bytes: [UInt8])]) {
        var keys: [UInt32: KeyedHash] = [:]
        for entry in entries {
            guard keys[entry.id] == nil, let key = KeyedHash(key: entry.bytes) else { return nil }
            keys[entry.id] = key
        }
        guard let first = entries.first, let current = keys[first.id] else { return nil }
        self.keys = keys
        self.current = current
        currentID = first.id
    }

    private init(_ keys: [UInt32: KeyedHash], current: KeyedHash, id: UInt32) {
        self.keys = keys
        self.current = current
        currentID = id
    }

    /// This ring with each of its keys as the current one in turn, the current one first: what a browser was handed before a
    /// change of keys is judged by them.
    public var turns: [KeyRing] {
        guard keys.count > 1 else { return [self] }
        return [self] + keys.filter { $0.key != currentID }.map { KeyRing(keys, current: $0.value, id: $0.key) }
    }

    /// The current key, for codes that are checked within hours by the process that made them or its peers.
    public func code(for purpose: Purpose, _ parts: [UInt8]...) -> [UInt8] {
        current.code(ofParts: [Array(purpose.rawValue.utf8)] + parts)
    }

    /// Whether the ring has the key with an identifier.
    public func has(_ id: UInt32) -> Bool { keys[id] != nil }

    /// A code under the key with an identifier; `nil` when the ring has no such key any more.
    func code(underKey id: UInt32, for purpose: Purpose, _ parts: [[UInt8]]) -> [UInt8]? {
        keys[id]?.code(ofParts: [Array(purpose.rawValue.utf8)] + parts)
    }

    /// What a code is for: codes of two purposes never meet.
    public enum Purpose: String, Sendable {
        case oneTimePassword = "one-time-password"
        case administratorOneTimePassword = "administrator-one-time-password"
        case temporaryPassword = "temporary-password"
        case captchaAnswer = "captcha-answer"
        case captchaToken = "captcha-token"
        case formToken = "form-token"
        case attemptSubject = "attempt-subject"
        case sessionHandle = "session-handle"
        case recovery = "recovery"
        case notice = "notice"
        case feedbackReference = "feedback-reference"
        case auditEvent = "audit-event"
        case auditSeal = "audit-seal"
    }
}

/// What a derived secret is derived from, beside the key: stored in place of the secret.
public struct SecretSeed: Hashable, Sendable {
    /// 16 random bytes, drawn for this secret alone.
    public let nonce: [UInt8]
    /// The identifier of the key.
    public let keyID: UInt32

    /// The length of a nonce, in bytes.
    public static let nonceLength = 16

    /// Takes a seed that was stored.
    public init(nonce: [UInt8], keyID: UInt32) {
        self.nonce = nonce
        self.keyID = keyID
    }

    /// Draws a new seed under the current key.
    public init(keys: KeyRing, random: RandomBytes) {
        self.init(nonce: random(Self.nonceLength), keyID: keys.currentID)
    }
}
