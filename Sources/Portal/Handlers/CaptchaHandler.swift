import Captcha
import HTMLTemplate
import HTTP
import HTTPTypes
import Logging
import Persistence

/// The image of a form's captcha, and its sound.
struct CaptchaHandler {
    let visit: Visit

    func image() -> Response {
        let portal = visit.portal
        do throws(CaptchaError) {
            let image = try portal.captchas.image(
                of: visit.request.query["token"] ?? "", session: visit.sessionID.text, now: visit.now)
            guard let image else { return visit.error(.notFound) }
            return Response(status: .ok, headers: [.contentType: "image/png"], body: image)
        } catch {
            portal.log.error("captcha failed", metadata: ["request": "\(visit.request.id)", "cause": "\(error)"])
            return visit.error(.internalServerError)
        }
    }
}

extension CaptchaHandler {
    /// The characters spoken in the language of the visitor's pages.
    func sound() -> Response {
        let sound = visit.portal.captchas.sound(
            of: visit.request.query["token"] ?? "", in: visit.preferences.language, session: visit.sessionID.text,
            now: visit.now)
        guard let sound else { return visit.error(.notFound) }
        return Response(status: .ok, headers: [.contentType: "audio/wav"], body: sound)
    }
}

extension Visit {
    /// A captcha for a form of this session.
    func newCaptcha(_ errors: [Message] = []) -> CaptchaField {
        CaptchaField(
            token: portal.captchas.newToken(session: sessionID.text, random: portal.random, now: now), errors: errors)
    }

    /// Judges the captcha of the form that was sent; a wrong answer uses it up.
    ///
    /// - Returns: what its right answer uses up; `nil` where it is not right.
    func rightCaptcha() throws(StoreError) -> CaptchaUse? {
        let verdict = portal.captchas.judge(
            field("captcha"), token: field("captcha_token"), submission: request.form.distinctBytes,
            session: sessionID.text, now: now)
        switch verdict {
        case .right(let use): return use
        case .wrong(let use):
            // Used and void ones are not noted: whoever sends junk could fill the audit with it.
            if try portal.store.use(use) { try portal.store.noteWrongCaptcha(client: client) }
            return nil
        case .void: return nil
        }
    }
}
