public import HTTPTypes

/// Why a request can't be taken: the status to answer with, and a reason for the log.
///
/// The reason is fixed text of this program and never holds anything that was sent, so that no log carries an OTP, a
/// password or a forged line.
public struct RequestError: Error, Sendable, Equatable {
    /// The status to answer with: 400, 405, 413, 414, 415 or 501.
    public let status: HTTPResponse.Status
    /// What was wrong, in a few words, without any of the request's bytes.
    public let reason: String

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - status: the status to answer with.
    ///   - reason: fixed text, never bytes of the request.
    public init(status: HTTPResponse.Status, reason: String) {
        self.status = status
        self.reason = reason
    }
}
