extension ConfigurationKey {
    /// How messages leave.
    static let courier: [ConfigurationKey] = [
        [courierTransport, courierDirectory, courierThreads],
        [smtpHost, smtpPort, smtpTLS, smtpUser, smtpPassword, smtpPasswordFile, smtpAuthorities, smtpTimeout],
        [mailFrom, mailFromName],
        [smsGateway, smsSecondGateway, smsSenderID, smsEntityID, smsTemplates, smsAuthorities, smsTimeout, smsSlow],
        [cdacURL, cdacUser, cdacPassword, cdacPasswordFile, cdacSecureKey, cdacSecureKeyFile, cdacHindiOTPService],
        [nicURL, nicUser, nicPIN, nicPINFile],
        [formURL, formFields, formSecret, formSecretFile, formAccepted, formFinal, formThrottled, formCredentials],
        [smsBudgetPerMinute, smsBudgetPerDay, emailBudgetPerMinute, emailBudgetPerDay, alarmSends, alarmGuesses],
    ].flatMap { (group: [ConfigurationKey]) in group }

    static let courierTransport = ConfigurationKey(
        "COURIER_TRANSPORT", .word(["gateways", "file"]),
        "How messages leave: gateways by SMTP_… and SMS_…; file, in development alone, writes each into COURIER_DIRECTORY."
    )
    static let courierDirectory = ConfigurationKey(
        "COURIER_DIRECTORY", .path, "Where messages are written; needed with COURIER_TRANSPORT=file.")
    static let courierThreads = ConfigurationKey(
        "COURIER_THREADS", .number(1...32), default: "4", "Messages handed over at the same time on each channel.")

    static let smtpHost = ConfigurationKey(
        "SMTP_HOST", .text, "Name of the SMTP relay, as its certificate has it; needed with COURIER_TRANSPORT=gateways."
    )
    static let smtpPort = ConfigurationKey("SMTP_PORT", .number(1...65_535), default: "587", "TCP port of the relay.")
    static let smtpTLS = ConfigurationKey(
        "SMTP_TLS", .word(["starttls", "implicit", "none"]), default: "starttls",
        "When TLS begins; none is for a relay on this host alone.")
    static let smtpUser = ConfigurationKey("SMTP_USER", .text, "The portal's account at the relay, where it wants one.")
    static let smtpPassword = ConfigurationKey(
        "SMTP_PASSWORD", .secret, "Password of SMTP_USER; or SMTP_PASSWORD_FILE.")
    static let smtpPasswordFile = ConfigurationKey(
        "SMTP_PASSWORD_FILE", .path, "File that holds SMTP_PASSWORD and nothing else, readable by its owner alone.")
    static let smtpAuthorities = ConfigurationKey(
        "SMTP_CA_FILE", .path, "Authorities (PEM) that the relay's certificate may come from; otherwise the system's.")
    static let smtpTimeout = ConfigurationKey(
        "SMTP_TIMEOUT_SECONDS", .seconds(1...60), default: "20", "How long handing one mail over may take.")
    static let mailFrom = ConfigurationKey(
        "MAIL_FROM", .text, "E-mail address that mails come from, and that gets what the relay returns.")
    static let mailFromName = ConfigurationKey(
        "MAIL_FROM_NAME", .text, default: "ICEGATE", "The name before MAIL_FROM.")

    static let smsGateway = ConfigurationKey(
        "SMS_GATEWAY", .word(["cdac", "nic", "form", "file"]),
        "The SMS gateway: C-DAC Mobile Seva, NIC, or one described by SMS_FORM_…; needed with COURIER_TRANSPORT=gateways."
    )
    static let smsSecondGateway = ConfigurationKey(
        "SMS_SECOND_GATEWAY", .word(["cdac", "nic", "form", "file"]),
        "The gateway that takes over while the first fails or is slow; without it messages wait.")
    static let smsSenderID = ConfigurationKey(
        "SMS_SENDER_ID", .text, "The registered header (DLT) that SMS come from: six letters.")
    static let smsEntityID = ConfigurationKey(
        "SMS_ENTITY_ID", .text, "The principal entity's identifier (DLT): 12 to 19 digits.")
    static let smsTemplates = ConfigurationKey(
        "SMS_TEMPLATES_FILE", .path,
        "The registered texts (DLT), a line for each SMS in each language, its parts between single spaces: message, en or hi, template id, text with {#numeric#} and the like; icegatectl delivery preview names the messages."
    )
    static let smsAuthorities = ConfigurationKey(
        "SMS_CA_FILE", .path, "Authorities (PEM) that the gateways' certificates may come from; otherwise the system's."
    )
    static let smsTimeout = ConfigurationKey(
        "SMS_TIMEOUT_SECONDS", .seconds(1...60), default: "10", "How long handing one SMS to one gateway may take.")
    static let smsSlow = ConfigurationKey(
        "SMS_SLOW_SECONDS", .seconds(1...60), default: "5",
        "An answer after this time counts as a failure of the gateway; after three the second takes over for a while.")

    static let cdacURL = ConfigurationKey(
        "SMS_CDAC_URL", .text, default: "https://msdgweb.mgov.gov.in/esms/sendsmsrequestDLT", "Where Mobile Seva is.")
    static let cdacUser = ConfigurationKey("SMS_CDAC_USER", .text, "The portal's account at Mobile Seva.")
    static let cdacPassword = ConfigurationKey(
        "SMS_CDAC_PASSWORD", .secret, "Password of SMS_CDAC_USER; or SMS_CDAC_PASSWORD_FILE.")
    static let cdacPasswordFile = ConfigurationKey(
        "SMS_CDAC_PASSWORD_FILE", .path, "File that holds SMS_CDAC_PASSWORD, readable by its owner alone.")
    static let cdacSecureKey = ConfigurationKey(
        "SMS_CDAC_SECURE_KEY", .secret, "The secure key that Mobile Seva gave; or SMS_CDAC_SECURE_KEY_FILE.")
    static let cdacSecureKeyFile = ConfigurationKey(
        "SMS_CDAC_SECURE_KEY_FILE", .path, "File that holds SMS_CDAC_SECURE_KEY, readable by its owner alone.")
    static let cdacHindiOTPService = ConfigurationKey(
        "SMS_CDAC_HINDI_OTP_SERVICE", .word(["unicodeotpmsg", "unicodemsg"]), default: "unicodeotpmsg",
        "Mobile Seva's service for one-time passwords in Hindi.")

    static let nicURL = ConfigurationKey(
        "SMS_NIC_URL", .text, default: "https://smsgw.sms.gov.in/failsafe/HttpLink", "Where NIC's gateway is.")
    static let nicUser = ConfigurationKey("SMS_NIC_USER", .text, "The portal's account at NIC's gateway.")
    static let nicPIN = ConfigurationKey("SMS_NIC_PIN", .secret, "PIN of SMS_NIC_USER; or SMS_NIC_PIN_FILE.")
    static let nicPINFile = ConfigurationKey(
        "SMS_NIC_PIN_FILE", .path, "File that holds SMS_NIC_PIN, readable by its owner alone.")

    static let formURL = ConfigurationKey(
        "SMS_FORM_URL", .text, "Where the form of the gateway \"form\" goes: https, or http on this host.")
    static let formFields = ConfigurationKey(
        "SMS_FORM_FIELDS", .text,
        "Its fields as name=value&name=value, where {number} {text} {template} {entity} {sender} {secret} are filled in."
    )
    static let formSecret = ConfigurationKey(
        "SMS_FORM_SECRET", .secret, "What {secret} stands for; or SMS_FORM_SECRET_FILE.")
    static let formSecretFile = ConfigurationKey(
        "SMS_FORM_SECRET_FILE", .path, "File that holds SMS_FORM_SECRET, readable by its owner alone.")
    static let formAccepted = ConfigurationKey(
        "SMS_FORM_ACCEPTED", .text, "What the body of its answer holds when it took an SMS.")
    static let formFinal = ConfigurationKey(
        "SMS_FORM_FINAL", .text, "What its answer holds when the SMS can never go, such as for a wrong number.")
    static let formThrottled = ConfigurationKey(
        "SMS_FORM_THROTTLED", .text, "What its answer holds when too many were sent.")
    static let formCredentials = ConfigurationKey(
        "SMS_FORM_CREDENTIALS", .text, "What its answer holds when it does not want the portal's account.")

    static let smsBudgetPerMinute = ConfigurationKey(
        "SMS_BUDGET_PER_MINUTE", .number(1...1_000_000), default: "3000",
        "SMS in a minute by all portals together; a fifth is kept for those that somebody waits for.")
    static let smsBudgetPerDay = ConfigurationKey(
        "SMS_BUDGET_PER_DAY", .number(1...100_000_000), default: "200000",
        "SMS in 24 hours by all portals together; messages beyond it wait.")
    static let emailBudgetPerMinute = ConfigurationKey(
        "EMAIL_BUDGET_PER_MINUTE", .number(1...1_000_000), default: "6000", "E-mails in a minute, likewise.")
    static let emailBudgetPerDay = ConfigurationKey(
        "EMAIL_BUDGET_PER_DAY", .number(1...100_000_000), default: "500000", "E-mails in 24 hours, likewise.")
    static let alarmSends = ConfigurationKey(
        "ALARM_SENDS_PER_HOUR", .number(1...100_000_000), default: "200",
        "SMS with OTPs in an hour from which on the log has an error when they are more than twice the proven pairs.")
    static let alarmGuesses = ConfigurationKey(
        "ALARM_GUESSES_PER_HOUR", .number(1...100_000_000), default: "500",
        "Wrong temporary passwords in an hour, over all pairs, from which on the log has an error when they are more than twice the right ones."
    )
}
