import HTMLTemplate

/// S11 without a script: the question of the confirm box, with OK and Cancel.
struct FinishPage: PageModel, Sendable {
    var formToken: String

    static let template = "finish"
    static let title: Message = "Finish: Auto IEC Registration"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken }
    ])
}
