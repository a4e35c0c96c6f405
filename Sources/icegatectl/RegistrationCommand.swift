import ArgumentParser
import FoundationEssentials
import Persistence
import Registration

struct RegistrationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registration", abstract: "Shows and ends registrations, for the help desk.",
        discussion: """
            Contacts are shown masked, codes never, and everything is noted in the audit with your name. Works with the \
            account CTL_KEEPER_USER. How far messages are is told by icegatectl delivery status.

            Example: icegatectl registration show --iec 0312345678 --gstin 27AAPFU0939F1ZV
            """,
        subcommands: [ShowCommand.self, EndCommand.self])

    struct ShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows how far the registrations of a pair have come, newest first.",
            discussion: """
                One that was never finished is kept for a day after its end.

                Example: icegatectl registration show --iec 0312345678 --gstin 27AAPFU0939F1ZV
                """)

        @OptionGroup var options: CommonOptions
        @OptionGroup var pair: PairOptions

        func validate() throws { _ = try pair.required() }

        func run() throws {
            let (desk, (iec, gstin)) = (try options.helpDesk(), try pair.required())
            let found = try options.reporting { try desk.registrations(iec, gstin) }
            guard !found.isEmpty else { throw options.refused("There is no registration of this pair.") }
            options.print(
                [("registrations", .list(found.map(\.json)))], orText: found.map(\.line).joined(separator: "\n"))
        }
    }

    struct EndCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "end", abstract: "Ends the registration of a pair that is in progress.",
            discussion: """
                Its OTPs and sessions hold no more and its ICEGATE ID is free; the holder can begin again at once, with the \
                same temporary password.

                Example: icegatectl registration end --iec 0312345678 --gstin 27AAPFU0939F1ZV
                """)

        @OptionGroup var options: CommonOptions
        @OptionGroup var pair: PairOptions

        func validate() throws { _ = try pair.required() }

        func run() throws {
            let (desk, (iec, gstin)) = (try options.helpDesk(), try pair.required())
            guard try options.reporting({ try desk.endRegistration(iec, gstin) }) else {
                throw options.refused("No registration of this pair is in progress.")
            }
            options.print([("state", .text("ended"))], orText: "The registration has ended.")
        }
    }
}

extension PairOptions {
    /// The pair, which has to be given.
    func required() throws(ValidationError) -> (iec: IEC, gstin: GSTIN) {
        guard let pair = try pair() else { throw ValidationError("Give --iec and --gstin.") }
        return pair
    }
}

extension HelpDesk.RegistrationState {
    fileprivate var json: JSONValue {
        .object([
            ("step", .text(step.rawValue)), ("icegate_id", .text(icegateID?.text ?? "")),
            ("email", .text(email ?? "")), ("mobile", .text(mobile ?? "")),
            ("started_at", .text(startedAt.formatted(.iso8601))),
            ("expires_at", .text(expiresAt.formatted(.iso8601))),
            ("ended_at", .text(endedAt?.formatted(.iso8601) ?? "")), ("end_reason", .text(endReason ?? "")),
            ("otps", otps?.json ?? .object([])),
        ])
    }

    fileprivate var line: String {
        let end =
            endedAt.map { "\(endReason ?? "ended") at \($0.formatted(.iso8601))" }
            ?? "in progress until \(expiresAt.formatted(.iso8601))"
        return "begun at \(startedAt.formatted(.iso8601)), \(step.rawValue), \(end)"
            + "; ICEGATE ID \(icegateID?.text ?? "not chosen"); \(email ?? "erased"), \(mobile ?? "erased")"
            + (otps.map { "; \($0.line)" } ?? "")
    }
}

extension HelpDesk.OTPState {
    fileprivate var json: JSONValue {
        .object([
            ("purpose", .text(purpose)), ("expires_at", .text(expiresAt.formatted(.iso8601))),
            ("end_reason", .text(endReason ?? "")), ("tries_left", .number(triesLeft)),
            ("resume_tries_left", .number(resumeTriesLeft)), ("sends_left", .number(sendsLeft)),
        ])
    }

    fileprivate var line: String {
        "OTPs (\(purpose)) \(endReason ?? "hold until \(expiresAt.formatted(.iso8601))"), left: tries \(triesLeft),"
            + " for carrying on \(resumeTriesLeft), sends \(sendsLeft)"
    }
}
