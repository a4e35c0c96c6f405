/// What went wrong between the program and the database.
///
/// The server's message is read for the violated key's name and then dropped: it quotes values, and values do not
/// belong in logs.
/// Source: https://mariadb.com/kb/en/mariadb-error-code-reference/
public struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The number: of the server (1000 and above), of Connector/C (2000 to 2999), or of this module (60000 and above).
    public let code: UInt32
    /// The five characters of SQLSTATE.
    public let sqlState: String
    /// The SQL text with `?` in place of values; `nil` when no single statement is to blame.
    public let statement: String?
    /// The name of the unique key that a row would have broken (code 1062), as the table declares it.
    public let violatedKey: String?
    /// What this module has to add in words; never a value.
    public let reason: String?

    /// Makes an error, as a test does that needs one.
    public init(
        code: UInt32, sqlState: String, statement: String? = nil, violatedKey: String? = nil, reason: String? = nil
    ) {
        self.code = code
        self.sqlState = sqlState
        self.statement = statement
        self.violatedKey = violatedKey
        self.reason = reason
    }

    /// The code of an error for want of a free connection within the pool's wait.
    public static let poolExhausted: UInt32 = 60_000
    /// The code of an error for a value that was read as a type it is not, or from a column that is not there.
    public static let unreadableValue: UInt32 = 60_001
    /// The code of an error for values that cannot be bound: a wrong number of them, or a date outside years 1 to 9999.
    public static let unboundValue: UInt32 = 60_002
    /// The code of an error for a transaction begun inside another, or ended inside its body.
    public static let misusedTransaction: UInt32 = 60_003

    /// A unique key had the row already.
    public var isDuplicate: Bool { code == 1062 || code == 1586 }

    /// The server undid a transaction, or a statement that stands for itself, for another's sake: a deadlock, or a conflict with
    /// one of another node of the cluster.
    var isConflict: Bool { code == 1213 }

    /// The server gave up the transaction for another's sake: a deadlock or certification conflict (1213), a lock wait
    /// that lasted too long (1205). The whole transaction may be run again.
    public var isRetryable: Bool { code == 1213 || code == 1205 }

    /// The connection cannot be used any more, or never came to be; with a node that is not ready (1047) none is of use.
    public var isConnectionLost: Bool {
        switch code {
        case 1047, 1053, 1152, 1158...1161, 1184, 1927, 2002, 2003, 2005, 2006, 2012, 2013, 2014, 2026, 2027, 2055: true
        default: false
        }
    }

    /// The node of a cluster does nothing, as it has not enough of the others (1047): the statement was not run.
    var isNodeUnready: Bool { code == 1047 }

    /// The server is of no use to this program at the moment: gone, silent, without its cluster, going down (1053), read-only
    /// (1290, 1836), with no connection to give (1040, 1203) or none to this host (1129).
    var isServerAway: Bool {
        [1040, 1047, 1053, 1129, 1203, 1290, 1836, 2002, 2003, 2005, 2006, 2013].contains(code)
    }

    /// Nothing is wrong with what was asked; asking later may work: the connection is lost, connections (1040, 1203,
    /// 1226) or the pool's are used up, the server is read-only (1290, 1836), too
    /// slow (1969, 3024) or full (1021, 1114; of its files 3, 14 and 20), or the transaction lost against others every time.
    public var isUnavailable: Bool {
        if isConnectionLost || isRetryable || isFull { return true }
        switch code {
        case 1040, 1129, 1203, 1226, 1290, 1836, 1969, 3024, Self.poolExhausted: return true
        default: return false
        }
    }

    private var isFull: Bool { [1021, 1114, 3, 14, 20].contains(code) }

    /// Code, SQLSTATE, key or reason, and the statement; never a value.
    public var description: String {
        var text = "database error \(code) (\(sqlState))"
        if let violatedKey { text += ", key \(violatedKey)" }
        if let reason { text += ": \(reason)" }
        if isFull { text += ": the server has no room left for its data" }
        // In one line, as logs want it.
        if let statement { text += ", in: " + statement.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        return text
    }
}
