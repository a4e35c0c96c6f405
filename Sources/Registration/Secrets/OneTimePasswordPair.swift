public import Sodium

/// The two codes of one proof: one for the mobile, another for the e-mail.
public struct OneTimePasswordPair: Sendable {
    /// The code sent by SMS.
    public let mobile: OneTimePassword
    /// The code sent by e-mail, never equal to the mobile's.
    public let email: OneTimePassword

    /// Derives the pair of a stored seed; `nil` when the ring has lost its key.
    public init?(contacts: Contacts, seed: SecretSeed, keys: KeyRing) {
        guard let mobile = OneTimePassword(for: Destination(contacts.mobile), seed: seed, keys: keys),
            let email = OneTimePassword(for: Destination(contacts.email), seed: seed, keys: keys)
        else { return nil }
        self.mobile = mobile
        self.email = email
    }

    /// Draws seeds until one gives two different codes (a million to one at the first).
    public static func drawSeed(for contacts: Contacts, keys: KeyRing, random: RandomBytes) -> SecretSeed {
        while true {
            let seed = SecretSeed(keys: keys, random: random)
            if let pair = OneTimePasswordPair(contacts: contacts, seed: seed, keys: keys), pair.mobile != pair.email {
                return seed
            }
        }
    }

    /// Compares both codes, whatever the first comparison says.
    public func judge(mobile typedMobile: String, email typedEmail: String) -> Judgement {
        let isMobileRight = mobile.matches(OneTimePassword(typed: typedMobile))
        let isEmailRight = email.matches(OneTimePassword(typed: typedEmail))
        return Judgement(isMobileRight: isMobileRight, isEmailRight: isEmailRight)
    }

    /// What a try was worth.
    public struct Judgement: Sendable, Equatable {
        /// Whether the mobile's code was right.
        public let isMobileRight: Bool
        /// Whether the e-mail's code was right.
        public let isEmailRight: Bool
        /// Makes a judgement.
        public init(isMobileRight: Bool, isEmailRight: Bool) {
            self.isMobileRight = isMobileRight
            self.isEmailRight = isEmailRight
        }

        /// Whether the pair is proven.
        public var isProven: Bool { isMobileRight && isEmailRight }
    }
}
