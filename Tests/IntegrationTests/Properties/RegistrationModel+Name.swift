import Persistence
import Registration

/// S05-S07: the name and the password.
extension RegistrationModel {
    mutating func choose(
        _ standing: Standing, _ typedName: Action.NameTyped, _ typedPassword: Action.PasswordTyped
    ) -> Expected {
        let found = here(standing, at: .identified)
        guard let reference = found.0 else { return found.elsewhere }
        var problems: [String] = []
        let name = text(typedName)
        if case .malformed = typedName {
            problems += [RuleViolation.icegateIDBlank, .icegateIDSpecialCharacter].map(\.explanation)
        }
        switch typedPassword {
        case .good: break
        case .withoutDigit: problems.append(RuleViolation.passwordDigit.explanation)
        case .notConfirmed: problems.append(RuleViolation.passwordMismatch.explanation)
        }
        let upper = name.uppercased()
        if case .malformed = typedName {
        } else {
            switch holdName(upper, for: reference) {
            case .held: break
            case .taken: problems.append(RuleViolation.icegateIDTaken.explanation)
            case .wait(let seconds): return .error(429, "Too many tries", retryAfter: seconds)
            }
        }
        guard problems.isEmpty else {
            return Expected(status: 422, problems: problems, shows: ["Enter Your ICEGATE ID"])
        }
        freeNames(of: reference)
        self[reference].name = upper
        self[reference].step = .otpSent
        makePair(reference, .registration, self[reference].contacts)
        return .redirect("/register/otp")
    }

    enum NameAnswer {
        case held, taken
        case wait(Int)
    }

    /// Holds a name for five minutes, or as long as the registration lives, and counts it unless it is held already.
    mutating func holdName(_ name: String, for reference: Reference) -> NameAnswer {
        let present = names[name]
        let isPresent = present.map { $0.isAccount || $0.until > now } ?? false
        if isPresent, present?.registration == reference { return .held }
        if let wait = waitingTime(.names(reference), count: 20, window: 3_600) { return .wait(wait) }
        _ = counts(.names(reference), atMost: .max, in: 3_600, wait: 0)
        if isPresent { return .taken }
        names[name] = Reservation(
            registration: reference, until: min(now + 300, self[reference].expiresAt))
        return .held
    }
}
