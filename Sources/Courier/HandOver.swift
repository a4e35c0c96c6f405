/// What came of handing a letter over.
public struct HandOver: Sendable, Equatable {
    /// What the other side said of the letter.
    public enum Verdict: Sendable, Equatable {
        /// It is theirs now.
        case accepted
        /// Not now: try again.
        case later
        /// Never: no further attempt will help.
        case refused

        /// The word of tables and figures.
        var word: String {
            switch self {
            case .accepted: "accepted"
            case .later: "later"
            case .refused: "refused"
            }
        }
    }

    /// What they said.
    public let verdict: Verdict
    /// Who said it: `smtp`, the name of an SMS gateway, `file`; empty when nobody was asked.
    public var gateway: String
    /// Their answer in a word, for tables and the log: it names no recipient and holds no code.
    public let reason: String
    /// The least time before the next attempt, where they asked for one.
    public var wait: Duration?
    /// Whether a person has to mend something before any letter goes this way: a password, an account, a registration.
    public var needsMending = false

    /// It is theirs now.
    public static let accepted = HandOver(verdict: .accepted, gateway: "", reason: "")

    /// It is theirs now, under a reference of theirs.
    public static func accepted(by gateway: String, reason: String = "") -> HandOver {
        HandOver(verdict: .accepted, gateway: gateway, reason: reason)
    }

    /// Try again.
    public static func later(reason: String, by gateway: String = "") -> HandOver {
        HandOver(verdict: .later, gateway: gateway, reason: reason)
    }

    /// Never.
    public static func refused(reason: String, by gateway: String = "") -> HandOver {
        HandOver(verdict: .refused, gateway: gateway, reason: reason)
    }
}
