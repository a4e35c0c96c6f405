import HTMLTemplate

/// S31: the filing page refuses, and says why.
struct FilingPage: PageModel, Sendable {
    static let template = "filing"
    static let title: Message = "Filing of Customs documents"

    static let fields = Fields<Self>([])
}
