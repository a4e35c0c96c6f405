import FoundationEssentials
import Persistence
public import Registration
public import Transfer

/// Hands mails to an SMTP relay, one recipient each.
public struct SMTPTransport: Transport {
    private let connections: Connections
    private let message: MailMessage
    public let patience: Duration

    /// Makes a transport; connects to nobody yet.
    ///
    /// - Parameters:
    ///   - relay: `smtp://` or `smtps://`; the path of its URL is the name that the portal says in EHLO.
    ///   - patience: the relay's time-out.
    ///   - sender: that mails come from, and bounces go to.
    ///   - senderName: stands before the address.
    ///   - host: the portal's, for Message-IDs.
    public init(relay: Peer, patience: Duration, sender: EmailAddress, senderName: String, host: String) {
        connections = Connections(to: relay)
        message = MailMessage(sender: sender, senderName: senderName, host: host)
        self.patience = patience
    }

    public func deliver(_ letter: Letter) -> HandOver {
        // A destination on this channel was made of an `EmailAddress`: nothing in it can end a command or add another.
        guard letter.destination.channel == .email else { return .refused(reason: "channel", by: Self.name) }
        do throws(TransferError) {
            try connections.send(
                mail: message.bytes(of: letter, at: Date()), from: message.sender.text,
                to: letter.destination.address)
            return .accepted(by: Self.name)
        } catch {
            return Self.judgement(of: error)
        }
    }

    /// What an error means for the mail: only what the relay says of the recipient or the mail itself is final; a relay
    /// that refuses the portal, its password or its sender is to be mended, and the mail waits.
    static func judgement(of error: TransferError) -> HandOver {
        if error.stage == .message, (500..<600).contains(error.status), error.reason == "answer" {
            return .refused(reason: String(error.status), by: name)
        }
        var later = HandOver.later(reason: error.description, by: name)
        later.needsMending =
            ["certificate", "no-tls", "login"].contains(error.reason)
            || error.stage == .greeting && (500..<600).contains(error.status)
        return later
    }

    private static let name = "smtp"
}
