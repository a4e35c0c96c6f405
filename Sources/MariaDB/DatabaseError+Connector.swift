extension DatabaseError {
    /// Reads an error of Connector/C; of the message only the violated key's name is kept.
    ///
    /// - Parameters:
    ///   - code: `mysql_errno` or `mysql_stmt_errno`; 0, which a failed call should not leave, becomes 2000 (unknown).
    ///   - state: `mysql_sqlstate`, five characters.
    ///   - message: `mysql_error`.
    static func read(
        code: UInt32, state: UnsafePointer<CChar>?, message: UnsafePointer<CChar>?, statement: String?,
        reason: String? = nil
    ) -> DatabaseError {
        DatabaseError(
            code: code == 0 ? 2000 : code,
            sqlState: unsafe state.map { unsafe String(cString: $0) } ?? "HY000",
            statement: statement,
            violatedKey: code == 1062 || code == 1586
                ? unsafe message.flatMap { key(in: unsafe String(cString: $0)) } : nil,
            reason: reason)
    }

    /// The name in `Duplicate entry '…' for key 'name'`; the last such phrase, since the entry may hold the same words.
    static func key(in message: String) -> String? {
        let phrase = Array("for key '".utf8)
        let bytes = Array(message.utf8)
        guard bytes.last == UInt8(ascii: "'"), bytes.count > phrase.count else { return nil }
        for start in stride(from: bytes.count - phrase.count - 1, through: 0, by: -1)
        where bytes[start..<start + phrase.count].elementsEqual(phrase) {
            return String(decoding: bytes[(start + phrase.count)..<(bytes.count - 1)], as: UTF8.self)
        }
        return nil
    }
}
