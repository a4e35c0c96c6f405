import Courier
import Persistence
import PortalConfiguration
import Registration
import Threading
import Transfer

extension PortalParts {
    /// The transports that the configuration describes.
    static func transport(
        _ settings: CourierTransport, registered: RegisteredTemplates?, host: String
    ) -> any Transport {
        switch settings {
        case .files(let directory): FileTransport(directory: directory)
        case .gateways(let relay, let sms):
            ChannelTransport(email: mail(relay, host: host), sms: self.sms(sms, registered: registered))
        }
    }

    /// Budgets bound what costs money and annoys people: files do neither.
    static func budgets(_ settings: PortalConfiguration.Courier) -> [Destination.Channel: SendBudget] {
        guard case .gateways = settings.transport else { return [:] }
        return [
            .sms: SendBudget(perMinute: settings.smsBudget.perMinute, perDay: settings.smsBudget.perDay),
            .email: SendBudget(perMinute: settings.emailBudget.perMinute, perDay: settings.emailBudget.perDay),
        ]
    }

    private static func mail(_ relay: MailRelay, host: String) -> SMTPTransport {
        SMTPTransport(
            relay: relay.peer(greetingAs: host), patience: relay.timeout, sender: relay.sender,
            senderName: relay.senderName, host: host)
    }

    private static func sms(_ settings: SMSSettings, registered: RegisteredTemplates?) -> any Transport {
        var gateways: [any SMSGateway] = []
        for gateway in settings.gateways {
            switch gateway {
            case .cdac(let url, let user, let password, let secureKey, let hindiOTPService):
                gateways.append(
                    CDACGateway(
                        at: settings.peer(at: url),
                        account: CDACGateway.Account(
                            user: user, password: password.reveal(), senderID: settings.senderID,
                            secureKey: secureKey.reveal(), hindiOTPService: hindiOTPService)))
            case .nic(let url, let user, let pin):
                gateways.append(
                    NICGateway(
                        at: settings.peer(at: url),
                        account: NICGateway.Account(
                            user: user, pin: pin.reveal(), signature: settings.senderID, entityID: settings.entityID)))
            case .form(let form):
                gateways.append(
                    FormGateway(
                        at: settings.peer(at: form.url),
                        FormGateway.Description(
                            fields: form.fields, secret: form.secret.reveal(), senderID: settings.senderID,
                            entityID: settings.entityID, accepted: form.accepted, final: form.final,
                            throttled: form.throttled, credentials: form.credentials)))
            case .files(let directory):
                // In development alone, where e-mail may go to a relay that is being tried.
                return FileTransport(directory: directory)
            }
        }
        return SMSTransport(gateways, registered: registered, timeout: settings.timeout, slow: settings.slow)
    }

    /// A line for each SMS in each language: how long it is with the longest values, and in how many parts it goes.
    var lengthsOfSMS: [String] {
        MessageTemplate.allCases.filter { $0.channels.contains(.sms) }.flatMap { template in
            MessageLanguage.allCases.map { language in
                let text = MessageTexts.sample(
                    of: template, on: .sms, language: language, host: host, from: texts.current
                ).body
                let length = SMSLength(of: text)
                return "\(template.rawValue) (\(language.rawValue)): \(length)"
            }
        }
    }
}
