import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// What came of the current password of somebody who is logged in.
enum PasswordConfirmation {
    case right
    case wrong
    /// Another request changed the password, and ended this session, while this one was being read.
    case changed
    /// It was not judged: too many tries, or too many hashes at this moment.
    case refused(Response)
}

extension Visit {
    static let wrongPassword: Message = "The current password is not correct. Please try again."

    /// Judges the current password of who is logged in, a bounded number of times.
    func confirmPassword(_ name: String, of account: AccountRecord) throws(StoreError) -> PasswordConfirmation {
        if let wait = try portal.store.countPasswordConfirmation(sessionID) {
            return .refused(error(.tooManyRequests, retryAfter: wait))
        }
        let typed = ChosenPassword.bytesForLogin(field(name))
        guard let isRight = portal.hasher.matches(typed ?? [], typed == nil ? nil : account.hash) else {
            return .refused(error(.serviceUnavailable))
        }
        guard isRight else {
            guard case .account = try portal.store.session(sessionID).state else { return .changed }
            try portal.store.noteWrongPassword(account, client: client)
            return .wrong
        }
        try portal.store.clearPasswordConfirmations(sessionID)
        return .right
    }
}

extension AccountRecord {
    /// Words that its password may not hold.
    var personalWords: [String] {
        ChosenPassword.personalWords(icegateID: icegateID.text, iec: iec, gstin: gstin, contacts: contacts)
    }
}
