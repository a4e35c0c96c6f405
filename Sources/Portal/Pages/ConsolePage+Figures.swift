import HTMLTemplate
import Persistence
import Registration

extension ConsolePage {
    /// The page of the figures.
    init(
        _ figures: ConsoleFigures, of administrator: AdministratorRecord, sessionEnds: String, logoutToken: String
    ) {
        self.init(
            name: administrator.name.text, takenAt: IndianTime.dateAndTime(figures.takenAt), sessionEnds: sessionEnds,
            logoutToken: logoutToken, tiles: Self.tiles(figures), charts: Self.charts(figures),
            funnel: Self.steps(figures.funnel), deliveries: Self.deliveries(figures.channels),
            undelivered: figures.undelivered.map(Undelivered.init), failures: Self.failures(figures),
            loads: figures.loads.map(Load.init))
    }

    private static func tiles(_ figures: ConsoleFigures) -> [Count] {
        let day = figures.hours.suffix(24)
        let undelivered = figures.channels.map { $0.refused + $0.givenUp }.reduce(0, +)
        let counts: [(Message, Int)] = [
            ("Registrations begun", day.map(\.started).reduce(0, +)),
            ("Registrations finished", day.map(\.finished).reduce(0, +)),
            ("OTPs delivered", day.map { $0.sms + $0.email }.reduce(0, +)),
            ("Messages not delivered", undelivered),
            ("Waiting for delivery", figures.channels.map(\.waiting).reduce(0, +)),
            ("Locked now after wrong tries", figures.locks),
        ]
        return counts.map { Count(label: $0, count: String($1)) }
    }

    // MARK: Plots

    private static func charts(_ figures: ConsoleFigures) -> [ActivityChart] {
        let hourTicks = figures.hours.indices.filter { $0.isMultiple(of: 12) || $0 == figures.hours.count - 1 }.map {
            let start = figures.hours[$0].start
            return ActivityChart.Tick(label: IndianTime.clock(start), detail: IndianTime.dayAndMonth(start))
        }
        let dayTicks = figures.days.indices.filter { $0.isMultiple(of: 10) || $0 == figures.days.count - 1 }.map {
            ActivityChart.Tick(label: IndianTime.dayAndMonth(figures.days[$0].start))
        }
        let hourLabel = { (start: ConsoleFigures.Activity) in
            "\(IndianTime.dayAndMonth(start.start)), \(IndianTime.clock(start.start))"
        }
        let dayLabel = { (start: ConsoleFigures.Activity) in IndianTime.dayAndMonth(start.start) }
        return [
            ActivityChart(
                id: "registrations-by-hour", title: "Registrations by hour, last 48 hours", firstLabel: "Begun",
                secondLabel: "Finished", unitLabel: "Hour",
                entries: figures.hours.map { .init(label: hourLabel($0), first: $0.started, second: $0.finished) },
                ticks: hourTicks),
            ActivityChart(
                id: "registrations-by-day", title: "Registrations by day, last 30 days", firstLabel: "Begun",
                secondLabel: "Finished", unitLabel: "Day",
                entries: figures.days.map { .init(label: dayLabel($0), first: $0.started, second: $0.finished) },
                ticks: dayTicks),
            ActivityChart(
                id: "otps-by-hour", title: "OTPs delivered by hour, last 48 hours", firstLabel: "SMS",
                secondLabel: "E-mail", unitLabel: "Hour",
                entries: figures.hours.map { .init(label: hourLabel($0), first: $0.sms, second: $0.email) },
                ticks: hourTicks),
            ActivityChart(
                id: "otps-by-day", title: "OTPs delivered by day, last 30 days", firstLabel: "SMS",
                secondLabel: "E-mail", unitLabel: "Day",
                entries: figures.days.map { .init(label: dayLabel($0), first: $0.sms, second: $0.email) },
                ticks: dayTicks),
        ]
    }

    // MARK: Where registrants leave

    private static func steps(_ funnel: ConsoleFigures.Funnel) -> [Step] {
        let steps: [(Message, Int)] = [
            ("IEC, GSTIN and temporary password were right", funnel.started),
            ("ICEGATE ID and password chosen", funnel.named), ("Both OTPs were right", funnel.proven),
            ("Registration finished", funnel.finished),
        ]
        return steps.enumerated().map { number, step in
            let next = number + 1 < steps.count ? steps[number + 1].1 : nil
            // Who began before the 30 days and went on in them makes a later step the larger.
            let left = next.map { max(0, step.1 - $0) }
            return Step(
                label: step.0, count: String(step.1), share: String(percent(step.1, of: funnel.started)),
                left: left.map {
                    Message(
                        "%{count} left here (%{share} %)",
                        ["count": String($0), "share": String(percent($0, of: step.1))])
                })
        }
    }

    private static func percent(_ part: Int, of whole: Int) -> Int {
        whole == 0 ? 0 : min(100, (part * 100 + whole / 2) / whole)
    }

    // MARK: Messages

    private static func deliveries(_ channels: [ConsoleFigures.Channel]) -> [Delivery] {
        let row = { (label: Message, value: (ConsoleFigures.Channel) -> String?) in
            Delivery(
                label: label, sms: channels.first { $0.channel == .sms }.flatMap(value),
                email: channels.first { $0.channel == .email }.flatMap(value))
        }
        return [
            row("Delivered") { String($0.sent) },
            row("Waiting for delivery") { String($0.waiting) },
            row("Refused by the relay or gateway") { String($0.refused) },
            row("Given up: the code expired or was used before") { String($0.givenUp) },
            row("Delay, median") { time($0.medianDelay) },
            row("Delay, 95th percentile") { time($0.longDelay) },
        ]
    }

    /// In seconds, from two minutes in minutes: units of the SI, the same in both languages.
    private static func time(_ delay: Duration?) -> String? {
        guard let delay else { return nil }
        let tenths = (delay.components.seconds * 10) + delay.components.attoseconds / 100_000_000_000_000_000
        return tenths < 1_200 ? "\(tenths / 10).\(tenths % 10) s" : "\(tenths / 600) min"
    }

    // MARK: Refusals

    private static func failures(_ figures: ConsoleFigures) -> [Failure] {
        let row = { (label: Message, isMeant: (ConsoleFigures.Events) -> Bool) in
            let events = figures.events.filter(isMeant)
            return Failure(
                label: label, today: String(events.map(\.today).reduce(0, +)),
                month: String(events.map(\.month).reduce(0, +)))
        }
        let isOf = { (action: String, outcomes: [String]) in
            { (event: ConsoleFigures.Events) in event.action == action && outcomes.contains(event.outcome) }
        }
        return [
            row("Wrong captchas", isOf("captcha", ["wrong"])),
            row("IEC, GSTIN and temporary password that do not match", isOf("registration.start", ["mismatch"])),
            row("Temporary passwords throttled after wrong tries", isOf("registration.start", ["throttled"])),
            row("Wishes for temporary passwords beyond the limit", isOf("temporary_password.request", ["over_quota"])),
            row("Wrong OTPs") {
                ["registration.verify", "account.contacts", "account.password_reset"].contains($0.action)
                    && $0.outcome == "wrong"
            },
            row("Refused tries to carry on with OTPs", isOf("registration.resume", ["refused"])),
            row("Refused logins of account holders", isOf("account.login", ["refused"])),
            row("Refused logins of administrators") {
                ["administrator.password", "administrator.otp"].contains($0.action)
                    && ["refused", "wrong", "exhausted"].contains($0.outcome)
            },
        ]
    }
}

extension ConsolePage.Undelivered {
    fileprivate init(_ message: ConsoleFigures.Undelivered) {
        self.init(
            time: IndianTime.dateAndTime(message.createdAt), contact: message.contact,
            state: message.state == .refused ? "Refused" : "Given up", attempts: String(message.attempts))
    }
}

extension ConsolePage.Load {
    fileprivate init(_ load: ConsoleFigures.Load) {
        let result: Message =
            switch (load.isApplied, load.mode) {
            case (false, _): "Not applied"
            case (true, "full"): "Full load"
            case (true, _): "Changes"
            }
        self.init(
            time: IndianTime.dateAndTime(load.startedAt), file: load.file, result: result, read: String(load.read),
            added: String(load.added), changed: String(load.changed), removed: String(load.removed),
            refused: String(load.refused))
    }
}
