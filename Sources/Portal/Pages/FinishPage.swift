import HTMLTemplate

/// S11 without a script: the question of the confirm box, with OK and Cancel.
struct FinishPage: PageModel, Sendable {
    var frame: Frame
    var formToken: String

    static let template = "finish"
    static let title: Message = "Finish: Auto IEC Registration"

    static let fields = Fields<Self>([
        .model("frame") { $0.frame },
        .text("formToken") { $0.formToken },
    ])
}
