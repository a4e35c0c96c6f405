import HTMLTemplate
import Persistence
import Registration
import Sodium

/// What is wrong with a form that was sent: gathered field by field, all of it shown at once.
struct FormErrors {
    private(set) var summary: [ErrorSummaryItem] = []
    private var byField: [String: [Message]] = [:]

    var isEmpty: Bool { summary.isEmpty }

    /// Adds an error of a field.
    mutating func add(_ message: Message, to field: String) {
        summary.append(ErrorSummaryItem(message: message, fieldID: field))
        byField[field, default: []].append(message)
    }

    /// Adds an error of the form as a whole.
    mutating func add(_ message: Message) { summary.append(ErrorSummaryItem(message: message)) }

    /// Reads a field as a value of the domain, and notes what it refuses.
    mutating func read<Value>(_ field: String, _ make: () throws(InvalidValue) -> Value) -> Value? {
        do {
            return try make()
        } catch {
            for violation in error.violations { add(Message(violation), to: field) }
            return nil
        }
    }

    /// Reads the fields `iec` and `gstin`.
    mutating func readPair(of visit: Visit) -> (iec: IEC, gstin: GSTIN)? {
        let iec = read("iec") { () throws(InvalidValue) in try IEC(visit.field("iec")) }
        let gstin = read("gstin") { () throws(InvalidValue) in try GSTIN(visit.field("gstin")) }
        guard let iec, let gstin else { return nil }
        return (iec, gstin)
    }

    /// Reads the two fields of a new password, and notes every rule that it breaks.
    ///
    /// - Parameters:
    ///   - personal: words that the password may not hold.
    ///   - temporary: the temporary password that may not become the password.
    mutating func readNewPassword(
        of visit: Visit, personal: [String], temporary: TemporaryPassword? = nil
    ) -> ChosenPassword? {
        let typed = visit.field("new_password")
        let confirmation = visit.field("confirm_password")
        let password = read("new_password") { () throws(InvalidValue) in
            try ChosenPassword(typed, personal: personal, temporary: temporary)
        }
        if confirmation.isEmpty {
            add(Message(.confirmationMissing), to: "confirm_password")
        } else if !Digest.areEqual(Array(confirmation.utf8), Array(typed.utf8)) {
            add(Message(.passwordMismatch), to: "confirm_password")
            return nil
        }
        return confirmation.isEmpty ? nil : password
    }

    static let captchaMissing: Message = "Enter the 6 characters of the captcha."

    /// Judges the captcha, behind the other fields: a try uses it up, so a form that lacks anything else keeps it.
    ///
    /// - Parameter isAsked: whether the form asks for one.
    /// - Returns: whether the form has no error.
    mutating func passCaptcha(of visit: Visit, isAsked: Bool = true) throws(StoreError) -> Bool {
        guard isAsked else { return isEmpty }
        guard let use = try readCaptcha(of: visit) else { return false }
        if try !visit.portal.store.use(use) { addWrongCaptcha() }
        return isEmpty
    }

    /// The same for a step that uses the captcha up itself.
    ///
    /// - Returns: what is to be used up; `nil` where the form has an error.
    mutating func readCaptcha(of visit: Visit) throws(StoreError) -> CaptchaUse? {
        if visit.field("captcha").isEmpty { add(Self.captchaMissing, to: "captcha") }
        guard isEmpty else { return nil }
        let use = try visit.rightCaptcha()
        if use == nil { addWrongCaptcha() }
        return use
    }

    /// Notes that the captcha's answer was wrong, or its token used.
    mutating func addWrongCaptcha() {
        add("The characters of the captcha are not right. Please enter the new ones.", to: "captcha")
    }

    /// Notes which of two OTPs was wrong. The advisory says the same of every pair.
    mutating func add(_ judgement: OneTimePasswordPair.Judgement) {
        if !judgement.isMobileRight {
            add("Entered mobile OTP is not correct. Please try again with correct OTP.", to: "mobile_otp")
        }
        if !judgement.isEmailRight {
            add("Entered email OTP is not correct. Please try again with correct OTP.", to: "email_otp")
        }
    }

    /// What a field shows again.
    func state(of field: String, value: String = "") -> FieldState {
        FieldState(value: value, errors: byField[field] ?? [])
    }

    /// The messages of a field.
    func messages(of field: String) -> [Message] { byField[field] ?? [] }
}

extension Message {
    /// A broken rule, in the words that the catalogues translate.
    init(_ violation: RuleViolation) { self.init(id: violation.explanation) }
}
