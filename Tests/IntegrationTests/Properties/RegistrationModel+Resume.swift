import Persistence
import Registration

/// S20-S23: carrying on with OTPs that were received before.
extension RegistrationModel {
    func needsCaptcha(holder: Int?, client: String) -> Bool {
        hasFailures(1, .resumeClient(client)) || (holder.map { hasFailures(1, .resume(holder: $0)) } ?? false)
    }

    func showCaptcha(_ isNeeded: Bool, on expected: inout Expected) {
        if isNeeded { expected.shows.append("Captcha") } else { expected.hides.append("Captcha") }
    }

    mutating func resume(
        _ holder: Int, _ typed: Codes, withCaptcha: Bool, client: String, session: Int
    ) -> Expected {
        func page(_ problem: String) -> Expected {
            var expected = Expected.page("IEC Number", problems: [problem])
            showCaptcha(needsCaptcha(holder: holder, client: client), on: &expected)
            return expected
        }
        if needsCaptcha(holder: holder, client: client), !withCaptcha {
            return page(Self.captchaMissing)
        }
        switch judgeResume(holder, typed, session: session) {
        case .right(let reference, let purpose):
            return .redirect(
                purpose == .registration ? "/register/verified" : "/register/done",
                session: beginSession(of: .registration(reference), replacing: session))
        case .expired: return page(Self.expiredMessage)
        case .refused:
            note(.resumeClient(client))
            note(.resume(holder: holder))
            return page(
                "These details and OTPs do not match. Please check all four; if the OTPs cannot be used any more, start again with Simplified Registration."
            )
        }
    }

    enum ResumeJudgement {
        case right(Reference, OTPPurpose)
        case expired
        case refused
    }

    mutating func judgeResume(_ holder: Int, _ typed: Codes, session: Int) -> ResumeJudgement {
        guard let (reference, index) = pendingPair(of: holder) else { return .refused }
        let pair = self[reference].pairs[index]
        guard pair.end != "superseded", pair.resumeTries < 5 else { return .refused }
        self[reference].pairs[index].resumeTries += 1
        guard judge(pair, typed) == (true, true) else { return .refused }
        // A right try costs nothing.
        if pair.end == "consumed" {
            guard now - pair.endedAt < 60 else { return .refused }
            self[reference].pairs[index].resumeTries -= 1
            return .right(reference, pair.purpose)
        }
        guard !isExpired(self[reference]), pair.expiresAt > now else {
            expire(reference)
            return .expired
        }
        self[reference].pairs[index].resumeTries -= 1
        endSession(session, "renewed")
        endSessions(of: reference)
        consume(reference, index)
        return .right(reference, pair.purpose)
    }
}
