import Registration
import Transfer

extension CourierTransport {
    /// Reads how messages leave; `nil` beside a problem, and in `icegatectl` where it is not set.
    static func read(
        for program: PortalConfiguration.Program, in environment: PortalConfiguration.Environment,
        from reader: inout StrictReader
    ) -> CourierTransport? {
        let directory = reader.text(.courierDirectory)
        let before = reader.problems.count
        guard let transport = reader.text(.courierTransport) else {
            if program == .portal, reader.problems.count == before { reader.miss(.courierTransport) }
            return nil
        }
        guard transport == "file" else {
            // A command that sends nothing need not be told how.
            guard program == .portal else { return nil }
            let relay = MailRelay(from: &reader)
            let sms = SMSSettings(in: environment, directory: directory, from: &reader)
            guard let relay, let sms else { return nil }
            return .gateways(relay, sms)
        }
        guard environment == .development else {
            reader.add(
                problem: "COURIER_TRANSPORT is file, which sends nothing and which only development allows; "
                    + "set it to gateways, and SMTP_HOST and SMS_GATEWAY.")
            return nil
        }
        guard let directory else {
            reader.miss(.courierDirectory)
            return nil
        }
        return .files(directory: directory)
    }
}

extension MailRelay {
    /// `nil` beside a problem.
    init?(from reader: inout StrictReader) {
        let before = reader.problems.count
        host = reader.required(.smtpHost)
        port = reader.count(.smtpPort)
        tls = TLS(rawValue: reader.text(.smtpTLS) ?? "") ?? .starttls
        let user = reader.text(.smtpUser)
        let password = reader.secret(.smtpPassword, file: .smtpPasswordFile)
        switch (user, password) {
        case (let user?, let password?): account = (user, password)
        case (nil, nil): account = nil
        default: reader.add(problem: "SMTP_USER and SMTP_PASSWORD stand together; set both or none.")
        }
        authorities = reader.text(.smtpAuthorities)
        timeout = reader.duration(.smtpTimeout)
        senderName = reader.text(.mailFromName) ?? ""
        let from = reader.required(.mailFrom)
        if tls == .none, !host.isEmpty, !Peer.isThisHost(host) {
            reader.add(problem: "SMTP_TLS is none, which only a relay on this host may be; set it to starttls.")
        }
        if !host.isEmpty, !Self.isHost(host) {
            reader.add(problem: "SMTP_HOST must be the name or address of a host; mend its value.")
        }
        // Why an address is refused is said by its key's meaning.
        guard let sender = try? EmailAddress(from) else {
            if !from.isEmpty { reader.add(problem: "MAIL_FROM must be an e-mail address; mend its value.") }
            return nil
        }
        self.sender = sender
        guard reader.problems.count == before else { return nil }
    }

    private static func isHost(_ text: String) -> Bool {
        text.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
                || ".-:[]".utf8.contains($0)
        }
    }
}

extension SMSSettings {
    /// `nil` beside a problem.
    fileprivate init?(
        in environment: PortalConfiguration.Environment, directory: String?, from reader: inout StrictReader
    ) {
        let before = reader.problems.count
        senderID = reader.senderID()
        entityID = reader.text(.smsEntityID) ?? ""
        authorities = reader.text(.smsAuthorities)
        timeout = reader.duration(.smsTimeout)
        slow = reader.duration(.smsSlow)
        registeredTexts = reader.file(.smsTemplates)
        gateways = []
        let first = reader.required(.smsGateway)
        let second = reader.text(.smsSecondGateway)
        if first == second { reader.add(problem: "SMS_GATEWAY and SMS_SECOND_GATEWAY are one; name another second.") }
        for name in [first, second].compactMap(\.self) {
            switch name {
            case "cdac": gateways.append(Self.cdac(from: &reader))
            case "nic": gateways.append(Self.nic(from: &reader))
            case "form": gateways.append(Self.form(from: &reader))
            case "file":
                if environment == .production {
                    reader.add(problem: "An SMS gateway is file, which only development allows; name another.")
                }
                if directory == nil { reader.miss(.courierDirectory) }
                gateways.append(.files(directory: directory ?? ""))
            default: break
            }
        }
        let isReal = [first, second].contains { ["cdac", "nic", "form"].contains($0) }
        if isReal, environment == .production {
            // Operators drop what is not registered, and nobody is told.
            for (key, value) in [
                (ConfigurationKey.smsSenderID, senderID), (.smsEntityID, entityID),
                (.smsTemplates, registeredTexts ?? ""),
            ] where value.isEmpty { reader.miss(key) }
        }
        guard reader.problems.count == before else { return nil }
    }

    private static func cdac(from reader: inout StrictReader) -> Gateway {
        .cdac(
            url: reader.url(.cdacURL), user: reader.required(.cdacUser),
            password: reader.requiredSecret(.cdacPassword, file: .cdacPasswordFile),
            secureKey: reader.requiredSecret(.cdacSecureKey, file: .cdacSecureKeyFile),
            hindiOTPService: reader.required(.cdacHindiOTPService))
    }

    private static func nic(from reader: inout StrictReader) -> Gateway {
        .nic(
            url: reader.url(.nicURL), user: reader.required(.nicUser),
            pin: reader.requiredSecret(.nicPIN, file: .nicPINFile))
    }

    private static func form(from reader: inout StrictReader) -> Gateway {
        .form(
            FormSettings(
                url: reader.url(.formURL), fields: reader.formFields(),
                secret: reader.secret(.formSecret, file: .formSecretFile) ?? Secret(""),
                accepted: reader.required(.formAccepted), final: reader.text(.formFinal) ?? "",
                throttled: reader.text(.formThrottled) ?? "", credentials: reader.text(.formCredentials) ?? ""))
    }
}

extension StrictReader {
    /// The address of a service: https, or http on this host; a problem for others.
    fileprivate mutating func url(_ key: ConfigurationKey) -> String {
        let url = required(key)
        guard !url.isEmpty, !url.utf8.starts(with: "https://".utf8) else { return url }
        let host = url.utf8.dropFirst("http://".utf8.count).prefix { !"/:".utf8.contains($0) }
        if !url.utf8.starts(with: "http://".utf8) || !Peer.isThisHost(String(decoding: host, as: UTF8.self)) {
            add(problem: "\(key.name) must begin with https://, or be on this host; mend its value.")
        }
        return url
    }

    /// The header of SMS: six letters, as operators register it.
    fileprivate mutating func senderID() -> String {
        let text = text(.smsSenderID) ?? ""
        let isLetters = text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
        if !text.isEmpty, !isLetters || text.utf8.count != 6 {
            add(problem: "SMS_SENDER_ID must be the six letters that are registered; mend its value.")
        }
        return text
    }

    /// The fields of a form: what is filled in is known, and number and text are among it.
    fileprivate mutating func formFields() -> String {
        let text = required(.formFields)
        let known = ["number", "text", "template", "entity", "sender", "secret"]
        let named = text.split(separator: "{").dropFirst(text.hasPrefix("{") ? 0 : 1).map {
            String($0.prefix { $0 != "}" })
        }
        if !text.isEmpty, !named.allSatisfy(known.contains) || !named.contains("number") || !named.contains("text") {
            add(
                problem:
                    "SMS_FORM_FIELDS must have {number} and {text}, and of others only {template}, {entity}, {sender} and {secret}."
            )
        }
        return text
    }

    /// A secret; a problem when there is none.
    fileprivate mutating func requiredSecret(_ key: ConfigurationKey, file fileKey: ConfigurationKey) -> Secret {
        let before = problems.count
        if let secret = secret(key, file: fileKey) { return secret }
        if problems.count == before { miss(key) }
        return Secret("")
    }

    /// The text of a file that a key names; `nil` without the key and beside a problem.
    fileprivate mutating func file(_ key: ConfigurationKey) -> String? {
        guard let path = text(key) else { return nil }
        do throws(PrivateFile.Fault) {
            let bytes = try PrivateFile.read(path, isSecret: false)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                add(problem: "\(key.name) \(path) is not UTF-8 text; write it anew.")
                return nil
            }
            return text
        } catch {
            add(problem: "\(key.name) \(path) \(error.text).")
            return nil
        }
    }
}
