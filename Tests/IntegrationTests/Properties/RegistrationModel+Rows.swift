import Persistence
import Registration

/// What the database has to hold, a line for each row.
extension RegistrationModel {
    var rows: [String] {
        var rows: [String] = []
        for (number, holder) in holders.enumerated() {
            let iec = holder.original.iec
            for password in holder.temporaryPasswords {
                rows.append("password \(iec) \(password.issuedAt) \(password.end)")
            }
            for (index, registration) in holder.registrations.enumerated() {
                let reference = "\(iec) \(registration.startedAt)"
                let contacts = "\(registration.contacts.email) \(registration.contacts.mobile)"
                let hash = registration.end == "-" && registration.name != nil ? "hash" : "-"
                rows.append(
                    "registration \(reference) \(registration.step.rawValue) \(registration.name ?? "-") \(contacts) \(registration.end) \(registration.expiresAt) \(hash)"
                )
                for pair in registration.pairs {
                    let contacts = "\(pair.contacts.email) \(pair.contacts.mobile)"
                    let tries = "\(pair.liveTries) \(pair.resumeTries)"
                    let end = pair.end == "-" ? "- -" : "\(pair.end) \(pair.endedAt)"
                    rows.append(
                        "pair \(reference) \(pair.purpose.rawValue) \(contacts) \(pair.generatedAt) \(tries) \(pair.sends) \(pair.lastSentAt) \(end)"
                    )
                }
                for (name, reservation) in names
                where reservation.registration == Reference(holder: number, index: index) {
                    let until = reservation.isAccount ? "account" : String(reservation.until)
                    rows.append("name \(reference) \(name) \(until)")
                }
            }
            if let account = holder.account {
                rows.append("account \(iec) \(account.name) \(account.contacts.email) \(account.contacts.mobile)")
            }
        }
        for session in sessions {
            let times = "\(session.createdAt) \(session.lastSeenAt) \(session.end)"
            switch session.owner {
            case .nobody: break
            case .registration(let reference):
                let iec = holders[reference.holder].original.iec
                rows.append("session of registration \(iec) \(self[reference].startedAt) \(times)")
            case .account(let holder):
                rows.append("session of account \(holders[holder].original.iec) \(times)")
            }
        }
        return rows.sorted()
    }
}
