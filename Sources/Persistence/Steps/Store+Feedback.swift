import MariaDB
public import Registration

/// What came of feedback.
public enum FeedbackOutcome: Sendable {
    /// It is kept.
    case kept(FeedbackReference)
    /// Too much came from this address: it is not kept.
    case tooMany(retryAfter: Duration)
}

extension Store {
    /// Keeps what somebody tells the portal of itself, counted for the address that it comes from.
    public func keepFeedback(
        _ message: FeedbackText, email: EmailAddress?, client: Client
    ) throws(StoreError) -> FeedbackOutcome {
        let quota = (limits.feedbackForClient, AttemptCounters.client("feedback", client, keys: keys))
        let reference = FeedbackReference(random: random)
        return try transaction { (connection) throws(DatabaseError) in
            if let wait = try AttemptCounters.take([quota], on: &connection) {
                return .rollback(.tooMany(retryAfter: wait))
            }
            try Feedback.add(reference, message, email: email, client: client, on: &connection)
            return .commit(.kept(reference))
        }
    }
}
