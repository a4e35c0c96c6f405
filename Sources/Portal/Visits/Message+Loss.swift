import HTMLTemplate
import Persistence
import Registration

extension Message {
    /// What a restore lost, and what to do.
    init(_ loss: RestoreRecord) {
        self = Message(
            "What was done here from %{from} to %{until} was lost. Please do it again. OTPs and temporary passwords sent before %{noted} cannot be used any more: ask for new ones.",
            [
                "from": IndianTime.dateAndTime(loss.lostFrom), "until": IndianTime.dateAndTime(loss.lostUntil),
                "noted": IndianTime.dateAndTime(loss.notedAt),
            ])
    }
}
