import HTMLTemplate
import Persistence
import Registration

/// How long the session lasts, below the page: a warning that the script brings forward before the time is over.
struct FrameSessionTime: TemplateModel, Sendable {
    let time: SessionTime

    static let fields = Fields<Self>([
        .text("endsAt") { IndianTime.time($0.time.endsAt) },
        .text("secondsLeft") { String($0.time.left.components.seconds) },
        .flag("isLast") { $0.time.isLast },
    ])
}
