import HTMLTemplate

/// S31: the filing page refuses, and says why.
struct FilingPage: PageModel, Sendable {
    /// The category's name.
    var category: Message
    /// Why it may not file.
    var refusal: Message
    /// What filing would need.
    var requirements: Message

    static let template = "filing"
    static let title: Message = "Filing of Customs documents"

    static let fields = Fields<Self>([
        .message("category") { $0.category },
        .message("refusal") { $0.refusal },
        .message("requirements") { $0.requirements },
    ])
}
