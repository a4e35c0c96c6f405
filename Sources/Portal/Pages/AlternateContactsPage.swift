import HTMLTemplate

/// S12: the e-mail address and mobile number that the account is to have in place of the master's.
struct AlternateContactsPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var notice: Message?
    var alternateEmail = FieldState()
    var alternateMobile = FieldState()

    static let template = "alternate-contacts"
    static let title: Message = "Change e-mail and mobile number: Auto IEC Registration"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .model("alternateEmail") { $0.alternateEmail },
        .model("alternateMobile") { $0.alternateMobile },
    ])
}
