public import HTMLTemplate
import Persistence
import Registration

/// What the text of a message can name: the same for every message, empty where it does not apply.
struct MessageContent {
    var code = ""
    var icegateID = ""
    var iec = ""
    var gstin = ""
    var expiresAt = ""
}

/// The text of one message on one channel: a file `messages/NAME-CHANNEL.txt`, whose first line of an e-mail's is
/// `Subject: …`.
protocol MessageText: TextModel {
    init(content: MessageContent)
    var content: MessageContent { get }
}

extension MessageText {
    static var fields: Fields<Self> {
        Fields([
            .text("code") { $0.content.code }, .text("icegateID") { $0.content.icegateID },
            .text("iec") { $0.content.iec }, .text("gstin") { $0.content.gstin },
            .text("expiresAt") { $0.content.expiresAt },
        ])
    }
}

/// Every text there is.
public enum MessageTexts {
    /// The models, to load the texts with.
    public static var all: [any TextModel.Type] {
        MessageTemplate.allCases.flatMap { template in
            Destination.Channel.allCases.compactMap { model(of: template, on: $0) }
        }
    }

    /// The text of a message on a channel; `nil` where the message does not go on that channel.
    static func model(of template: MessageTemplate, on channel: Destination.Channel) -> (any MessageText.Type)? {
        switch (template, channel) {
        case (.oneTimePassword, .sms): OneTimePasswordSMS.self
        case (.oneTimePassword, .email): OneTimePasswordEmail.self
        case (.alternateOneTimePassword, .sms): AlternateOneTimePasswordSMS.self
        case (.alternateOneTimePassword, .email): AlternateOneTimePasswordEmail.self
        case (.temporaryPassword, .sms): TemporaryPasswordSMS.self
        case (.temporaryPassword, .email): TemporaryPasswordEmail.self
        case (.registrationFinished, .email): RegistrationFinishedEmail.self
        case (.registrationFinished, .sms): nil
        case (.contactsChanged, .sms): ContactsChangedSMS.self
        case (.contactsChanged, .email): ContactsChangedEmail.self
        }
    }

    private struct OneTimePasswordSMS: MessageText {
        static let template = "messages/one-time-password-sms"
        let content: MessageContent
    }

    private struct OneTimePasswordEmail: MessageText {
        static let template = "messages/one-time-password-email"
        let content: MessageContent
    }

    private struct AlternateOneTimePasswordSMS: MessageText {
        static let template = "messages/alternate-one-time-password-sms"
        let content: MessageContent
    }

    private struct AlternateOneTimePasswordEmail: MessageText {
        static let template = "messages/alternate-one-time-password-email"
        let content: MessageContent
    }

    private struct TemporaryPasswordSMS: MessageText {
        static let template = "messages/temporary-password-sms"
        let content: MessageContent
    }

    private struct TemporaryPasswordEmail: MessageText {
        static let template = "messages/temporary-password-email"
        let content: MessageContent
    }

    private struct RegistrationFinishedEmail: MessageText {
        static let template = "messages/registration-finished-email"
        let content: MessageContent
    }

    private struct ContactsChangedSMS: MessageText {
        static let template = "messages/contacts-changed-sms"
        let content: MessageContent
    }

    private struct ContactsChangedEmail: MessageText {
        static let template = "messages/contacts-changed-email"
        let content: MessageContent
    }
}
