public import FoundationEssentials
import MariaDB
import Registration
import Sodium

/// A session of an account, as its holder can tell it from others.
public struct AccountSession: Sendable {
    /// What a form names it by; of no use without a session of the same account.
    public let handle: String
    /// Whether it is the one that asks.
    public let isCurrent: Bool
    /// The address from which it was begun.
    public let address: String
    /// The kind of browser and its system; empty where nothing is known.
    public let browser: String
    /// When the holder logged in.
    public let beganAt: Date
    /// When it was last used, to ten seconds.
    public let lastSeenAt: Date
}

extension Store {
    /// The sessions in which somebody is logged in to an account, the one used last first; at most 50.
    public func sessions(
        of account: AccountRecord, current: SessionID
    ) throws(StoreError) -> [AccountSession] {
        try perform { (connection) throws(DatabaseError) in
            try Sessions.live(ofAccount: account.id, limits: limits, on: &connection).map { use in
                AccountSession(
                    handle: Self.handle(of: use, keys: keys), isCurrent: use.hash == current.hash, address: use.address,
                    browser: use.browser, beganAt: use.beganAt, lastSeenAt: use.lastSeenAt)
            }
        }
    }

    /// Ends one session of an account; nothing is done where it has none of that handle.
    public func endSession(_ handle: String, of account: AccountRecord, client: Client) throws(StoreError) {
        try transaction { (connection) throws(DatabaseError) in
            let uses = try Sessions.live(ofAccount: account.id, limits: limits, on: &connection)
            let use = uses.first { use in keys.turns.contains { Self.handle(of: use, keys: $0) == handle } }
            guard let use else { return .rollback(()) }
            try Sessions.end(use.hash, ofAccount: account.id, .endedElsewhere, on: &connection)
            try audit("ended", account, client, on: &connection)
            return .commit(())
        }
    }

    /// Ends every session of an account, the one that asks as well.
    public func endAllSessions(of account: AccountRecord, client: Client) throws(StoreError) {
        try transaction { (connection) throws(DatabaseError) in
            try Sessions.endAll(ofAccount: account.id, .endedElsewhere, on: &connection)
            try audit("all_ended", account, client, on: &connection)
            return .commit(())
        }
    }

    private static func handle(of use: Sessions.Use, keys: KeyRing) -> String {
        Hexadecimal.encode(Array(keys.code(for: .sessionHandle, use.hash).prefix(16)))
    }

    private func audit(
        _ outcome: String, _ account: AccountRecord, _ client: Client, on connection: inout Connection
    ) throws(DatabaseError) {
        try AuditLog.add(
            .sessionEnd, outcome, client: client, icegateID: account.icegateID, accountID: account.id,
            on: &connection)
    }
}
