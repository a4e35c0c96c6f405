import HTMLTemplate

/// S11, S13: the registration is finished.
struct DonePage: PageModel, Sendable {
    /// The advisory's closing words, with the ICEGATE ID as an argument.
    var message: Message

    static let template = "done"
    static let title: Message = "Registration finished: Auto IEC Registration"

    static let fields = Fields<Self>([
        .message("message") { $0.message }
    ])
}
