/// A way by which letters leave the host.
public protocol Transport: Sendable {
    /// Hands a letter over. Blocks until the other side has answered, within time-outs of its own.
    func deliver(_ letter: Letter) -> HandOver
}

/// What the other side said.
public enum HandOver: Sendable, Equatable {
    /// It is theirs now.
    case accepted
    /// Not now: try again. The reason is for the log and names no recipient.
    case later(reason: String)
    /// Never: no further attempt will help. The reason is for the log and names no recipient.
    case refused(reason: String)
}
