import HTMLTemplate

/// S31: the filing page refuses, and says why.
struct FilingPage: PageModel, Sendable {
    var frame: Frame

    static let template = "filing"
    static let title: Message = "Filing of Customs documents"

    static let fields = Fields<Self>([
        .model("frame") { $0.frame }
    ])
}
