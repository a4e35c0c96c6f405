import HTMLTemplate

/// S11, S13: the registration is finished.
struct DonePage: PageModel, Sendable {
    var frame: Frame
    /// The advisory's closing words, with the ICEGATE ID as an argument.
    var message: Message

    static let template = "done"
    static let title: Message = "Registration finished: Auto IEC Registration"

    static let fields = Fields<Self>([
        .model("frame") { $0.frame },
        .message("message") { $0.message },
    ])
}
