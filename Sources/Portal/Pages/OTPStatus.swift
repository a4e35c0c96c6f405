import FoundationEssentials
import HTMLTemplate
import Persistence
import Registration

/// What stands beside the fields for two OTPs: until when they hold, how far their messages are, and the button that
/// sends them again.
struct OTPStatus: TemplateModel, Sendable {
    /// What a wish to have them sent again is told when no send is left.
    static let noSendLeft: Message = "The OTPs cannot be sent again: they were sent as often as is possible."

    /// The page's own path, for looking again.
    var path: String
    /// How many wrong tries the pair still bears, as a number.
    var triesLeft: String
    /// Until when the pair holds, as a person reads it.
    var expiresAt: String
    /// Where the button "Send the OTPs again" goes; with `new_pair` = `1` it asks for a new pair.
    var resendPath: String
    /// The form token for `resendPath`.
    var resendToken: String
    /// Whether the OTPs may be sent again now.
    var canResend: Bool
    /// When they may be sent again, as a person reads it; empty when they may be now or never.
    var resendAt = ""
    /// Seconds from now until `resendAt`, for the script's countdown; empty like `resendAt`.
    var resendInSeconds = ""
    /// How often they may still be sent, as a number.
    var sendsLeft: String
    var deliveries: [OTPDelivery] = []
    /// Whether a message is still on its way: the page's script looks again then.
    var isDelivering = false
    /// Whether the tries of this pair are used up and another pair may be asked for.
    var canRequestNewPair = false

    static let fields = Fields<Self>([
        .text("path") { $0.path },
        .text("triesLeft") { $0.triesLeft },
        .text("expiresAt") { $0.expiresAt },
        .text("resendPath") { $0.resendPath },
        .text("resendToken") { $0.resendToken },
        .flag("offersResend") { $0.canResend || !$0.resendAt.isEmpty },
        .text("resendAt") { $0.resendAt },
        .text("resendInSeconds") { $0.resendInSeconds },
        .text("sendsLeft") { $0.sendsLeft },
        .list("deliveries") { $0.deliveries },
        .flag("isDelivering") { $0.isDelivering },
        .flag("canRequestNewPair") { $0.canRequestNewPair },
    ])
}

extension OTPStatus {
    /// The status of a pair.
    ///
    /// - Parameters:
    ///   - route: the page.
    ///   - resend: where its button goes.
    init(
        _ pair: OTPPairRecord, _ deliveries: [Delivery], on route: Route, resend: Route,
        canRequestNewPair: Bool = false,
        visit: Visit
    ) {
        let sendsLeft = pair.isUsable ? pair.sendsLeft : 0
        let mustWait = pair.secondsUntilResend > 0 && sendsLeft > 0
        self.init(
            path: route.path, triesLeft: String(pair.triesLeft), expiresAt: IndianTime.dateAndTime(pair.expiresAt),
            resendPath: resend.path, resendToken: visit.formToken(for: resend),
            canResend: !mustWait && sendsLeft > 0, resendAt: mustWait ? IndianTime.time(pair.resendAt) : "",
            resendInSeconds: mustWait ? String(pair.secondsUntilResend) : "",
            sendsLeft: sendsLeft > 0 ? String(sendsLeft) : "", deliveries: deliveries.map(OTPDelivery.init),
            isDelivering: deliveries.contains { $0.state == .waiting || $0.state == .sending },
            canRequestNewPair: canRequestNewPair)
    }
}

extension OTPPairRecord {
    /// Whether its codes may be typed now: it lives and has a try left.
    var isUsable: Bool { isLive && triesLeft > 0 }
}
