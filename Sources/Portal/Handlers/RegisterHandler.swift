import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S02-S04: IEC, GSTIN, temporary password and captcha.
struct RegisterHandler {
    let visit: Visit

    /// The form; or the page of the step reached, while a registration lives in this browser.
    func show() -> Response {
        if case .registration(let registration) = visit.state, !registration.isExpired,
            registration.step != .finished, visit.request.query[Self.again] == nil, !visit.wantsPageAgain
        {
            return visit.redirect(to: .page(of: registration.step))
        }
        var errors = FormErrors()
        if let reason = visit.sessionEnd { errors.add(reason.message) }
        return page(errors, status: .ok)
    }

    func submit() throws(StoreError) -> Response {
        var errors = FormErrors()
        let pair = errors.readPair(of: visit)
        let password = visit.field("password")
        if password.isEmpty { errors.add("Enter the temporary password that ICEGATE sent.", to: "password") }
        guard let captcha = try errors.readCaptcha(of: visit), let pair else { return page(errors) }
        let outcome = try visit.portal.store.startRegistration(
            iec: pair.iec, gstin: pair.gstin, temporaryPassword: TemporaryPassword(typed: password),
            captcha: captcha, replacing: visit.sessionID, client: visit.client)
        switch outcome {
        case .started(let session, let step):
            return visit.redirect(to: .page(of: step), session: session)
        case .captchaUsed: errors.addWrongCaptcha()
        case .mismatch:
            errors.add(
                "IEC, GSTIN and password do not match the data at ICEGATE. Please check all three, or ask for a new temporary password."
            )
        case .refused(let refusal):
            errors.add(Message(refusal))
            return page(errors, waysOn: WayOn.after(refusal))
        }
        return page(errors)
    }

    /// A query parameter that asks for the empty form even while a registration lives.
    static let again = "again"

    private func page(
        _ errors: FormErrors, waysOn: [WayOn] = [], status: HTTPResponse.Status = .unprocessableContent
    ) -> Response {
        let page = RegisterPage(
            formToken: visit.formToken(for: .register), errors: errors.summary, waysOn: waysOn,
            iec: errors.state(of: "iec", value: visit.field("iec")),
            gstin: errors.state(of: "gstin", value: visit.field("gstin")),
            password: errors.state(of: "password"), captcha: visit.newCaptcha(errors.messages(of: "captcha")))
        return visit.registrationPage(
            page, title: RegisterPage.title, status: status, hasErrors: status != .ok)
    }
}

extension WayOn {
    /// What a holder can do next who may not register.
    fileprivate static func after(_ refusal: MasterEntry.Refusal) -> [WayOn] {
        switch refusal {
        case .alreadyRegistered:
            [
                WayOn(label: LoginPage.title, href: Route.login.path),
                WayOn(label: ForgottenPasswordPage.title, href: Route.forgottenPassword(.request).path),
                WayOn(label: ForgottenIDPage.title, href: Route.forgottenID.path),
            ]
        case .iecInactive, .gstinInactive, .contactsUnusable:
            [WayOn(label: InformationPages.Contact.title, href: InformationPages.Contact.path)]
        }
    }
}

extension Message {
    /// Why a holder whose temporary password was right may not register, and what to do.
    fileprivate init(_ refusal: MasterEntry.Refusal) {
        self =
            switch refusal {
            case .alreadyRegistered:
                "An ICEGATE ID exists already for this IEC and GSTIN. Please log in, or use Forgotten password."
            case .iecInactive:
                "This IEC is not active at DGFT, so it cannot be registered. Please have it activated, or ask us on the page Contact Us."
            case .gstinInactive:
                "This GSTIN is not active, so it cannot be registered. Please have it activated, or ask us on the page Contact Us."
            case .contactsUnusable:
                "ICEGATE has no usable e-mail and mobile number for this IEC and GSTIN. Please ask us on the page Contact Us."
            }
    }
}
