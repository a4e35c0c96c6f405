public import FoundationEssentials
import MariaDB
import Registration

/// What somebody told the portal of itself.
public struct FeedbackRecord: Sendable {
    /// By which it is quoted.
    public let reference: String
    /// Where an answer is wanted; `nil` where none is.
    public let email: String?
    /// What was told.
    public let message: String
    /// The language of the page that it was written on.
    public let language: MessageLanguage
    /// When it came.
    public let createdAt: Date
}

enum Feedback {
    /// Keeps feedback.
    ///
    /// - Throws: a duplicate (``DatabaseError/isDuplicate``) where it is kept already.
    static func add(
        _ reference: FeedbackReference, _ message: FeedbackText, email: EmailAddress?, language: MessageLanguage,
        on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO feedback (reference, message, email, language, created_at)
            VALUES (\(reference.text), \(message.text), \(email?.text), \(language), UTC_TIMESTAMP(6))
            """)
    }

    /// The newest, newest first.
    static func newest(_ count: Int, on connection: inout Connection) throws(DatabaseError) -> [FeedbackRecord] {
        let rows = try connection.rows(
            "SELECT reference, email, message, language, created_at FROM feedback ORDER BY id DESC LIMIT \(count)")
        return try rows.map { (row) throws(DatabaseError) in
            FeedbackRecord(
                reference: try row.get(0), email: try row.get(1), message: try row.get(2), language: try row.get(3),
                createdAt: try row.get(4))
        }
    }
}
