/// How often somebody may do something in a time.
extension RegistrationModel {
    enum Subject: Hashable {
        case temporaryPassword(holder: Int)
        case temporaryPasswordRequest(holder: Int)
        case names(Reference)
        case resume(holder: Int)
        case resumeClient(String)
        case login(name: String)
        case loginClient(String)
        case alternate(address: String, window: Int)
        case alternateClient(String)
    }

    struct Counter {
        var startedAt: Int
        var attempts = 0
        var blockedUntil = Int.min
    }

    /// Counts a try in a window that begins with the first, and says whether the subject has to wait.
    mutating func counts(_ subject: Subject, atMost limit: Int, in window: Int, wait: Int) -> Bool {
        var counter = counters[subject] ?? Counter(startedAt: now)
        defer { counters[subject] = counter }
        guard counter.blockedUntil <= now else { return true }
        counter.attempts = counter.startedAt <= now - window ? 1 : counter.attempts + 1
        if counter.attempts == 1 { counter.startedAt = now }
        guard counter.attempts > limit else { return false }
        counter.attempts = 0
        counter.blockedUntil = now + wait
        return true
    }

    /// Notes a failure: the time since the newest one counts, and after an hour without one they count anew.
    mutating func note(_ subject: Subject) {
        let before = hasFailures(1, subject) ? counters[subject]?.attempts : nil
        counters[subject] = Counter(startedAt: now, attempts: (before ?? 0) + 1)
    }

    func hasFailures(_ count: Int, _ subject: Subject) -> Bool {
        guard let counter = counters[subject] else { return false }
        return counter.attempts >= count && counter.startedAt > now - 3_600
    }

    mutating func clear(_ subject: Subject) {
        counters[subject]?.attempts = 0
        counters[subject]?.blockedUntil = Int.min
    }

    /// How long a quota is used up; `nil` while it is not.
    func waitingTime(_ subject: Subject, count: Int, window: Int) -> Int? {
        guard let counter = counters[subject], counter.attempts >= count, counter.startedAt > now - window else {
            return nil
        }
        return max(1, counter.startedAt + window - now)
    }

    /// Counts a send to alternate contacts, unless a quota is used up: then it says how long to wait.
    mutating func countAlternateSend(_ contacts: ContactsText, client: String) -> Int? {
        var quotas: [(Subject, count: Int, window: Int)] = []
        for (count, window) in [(3, 600), (5, 3_600), (10, 86_400)] {
            for address in [contacts.mobile, contacts.email] {
                quotas.append((.alternate(address: address, window: window), count, window))
            }
        }
        quotas.append((.alternateClient(client), 10, 3_600))
        for (subject, count, window) in quotas {
            if let wait = waitingTime(subject, count: count, window: window) { return wait }
        }
        for (subject, _, window) in quotas { _ = counts(subject, atMost: .max, in: window, wait: 0) }
        return nil
    }
}
