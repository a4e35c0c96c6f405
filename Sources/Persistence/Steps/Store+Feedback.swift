import MariaDB
public import Registration

/// What came of feedback.
public enum FeedbackOutcome: Sendable {
    /// It is kept, by this form or by the same one that was sent a moment ago.
    case kept(FeedbackReference)
    /// Too much came from this address: it is not kept.
    case tooMany(retryAfter: Duration)
}

extension Store {
    /// Keeps what somebody tells the portal of itself, counted for the address that it comes from.
    ///
    /// - Parameter form: what no other form has: sent twice, it is kept once.
    public func keepFeedback(
        _ message: FeedbackText, email: EmailAddress?, form: String, client: Client
    ) throws(StoreError) -> FeedbackOutcome {
        let quota = (limits.feedbackForClient, AttemptCounters.client("feedback", client, keys: keys))
        let reference = FeedbackReference(of: message, form: form, keys: keys)
        return try transaction { (connection) throws(DatabaseError) in
            if let wait = try AttemptCounters.take([quota], on: &connection) {
                return .rollback(.tooMany(retryAfter: wait))
            }
            do throws(DatabaseError) {
                try Feedback.add(reference, message, email: email, language: client.language, on: &connection)
            } catch {
                guard error.isDuplicate else { throw error }
                return .rollback(.kept(reference))
            }
            try AuditLog.add(.feedback, "kept", client: client, subject: reference.text, on: &connection)
            return .commit(.kept(reference))
        }
    }
}
