public import ArgumentParser
import Glibc
import Persistence
import PortalConfiguration
public import Registration

struct DeliveryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delivery", abstract: "Shows how messages fare, and tries, stops and previews them.",
        discussion: "Example: icegatectl delivery status",
        subcommands: [
            DeliveryStatusCommand.self, DeliveryRetryCommand.self, DeliveryTestCommand.self,
            DeliveryPreviewCommand.self, DeliveryStopCommand.self, DeliveryStartCommand.self,
        ])
}

/// Whose messages a command is about.
struct DeliverySubjectOptions: ParsableArguments {
    @OptionGroup var one: PairOptions

    @Option(name: .long, help: "A mobile number.")
    var mobile: String?

    @Option(name: .long, help: "An e-mail address.")
    var email: String?

    func validate() throws {
        guard [one.iec, mobile, email].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("Give a pair, a number or an address.")
        }
        _ = try subject()
    }

    /// `nil` when none was named.
    func subject() throws(ValidationError) -> DeliverySubject? {
        if let pair = try one.pair() { return .pair(pair.iec, pair.gstin) }
        do throws(InvalidValue) {
            if let mobile { return .contact(Destination(try MobileNumber(mobile))) }
            if let email { return .contact(Destination(try EmailAddress(email))) }
            return nil
        } catch {
            throw ValidationError(error)
        }
    }
}

struct DeliveryRetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Makes messages due at once that wait for their next attempt.",
        discussion: """
            With --ended also those of the last 72 hours that were refused or given up and whose code still holds, as \
            after a mistake in the relay's or the gateway's settings was mended.

            Examples: icegatectl delivery retry
                      icegatectl delivery retry --ended --mobile 9876543210
            """)

    @OptionGroup var options: CommonOptions
    @OptionGroup var subject: DeliverySubjectOptions

    @Flag(name: .long, help: "Also those that were refused or given up.")
    var ended = false

    func run() throws {
        let store = try Store.forDelivery(options)
        let count = try options.reporting {
            try store.retry(
                subject.subject(), includesEnded: ended, client: Client(CommonOptions.operatorName))
        }
        options.print([("due_now", .number(count))], orText: "\(count) due now")
    }
}

struct DeliveryTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Sends the message with an OTP, whose code opens nothing, by the portal's own way.",
        discussion: """
            The message goes into the outbox, and the running portal hands it over: what arrives has gone the whole way. \
            The command waits for that; exit code 1 when a message was refused or still waits.

            Example: icegatectl delivery test --email someone@example.gov.in --sms 9876543210
            """)

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: "An e-mail address.")
    var email: String?

    @Option(name: .long, help: "A mobile number.")
    var sms: String?

    @Option(name: .long, help: "The language: en or hi.")
    var language: MessageLanguage = .english

    @Option(name: .long, help: "Seconds to wait for the outcome.")
    var wait = 30

    func validate() throws {
        guard email != nil || sms != nil else { throw ValidationError("Give --email, --sms or both.") }
        guard (0...600).contains(wait) else { throw ValidationError("--wait takes 0 to 600.") }
        _ = try destinations()
    }

    private func destinations() throws(ValidationError) -> [Destination] {
        do throws(InvalidValue) {
            var destinations: [Destination] = []
            if let email { destinations.append(Destination(try EmailAddress(email))) }
            if let sms { destinations.append(Destination(try MobileNumber(sms))) }
            return destinations
        } catch {
            throw ValidationError(error)
        }
    }

    func run() throws {
        let store = try Store.forDelivery(options)
        let records = try options.reporting {
            let ids = try destinations().map {
                try store.sendSample(
                    to: $0, language: language, holds: .seconds(600), client: Client(CommonOptions.operatorName))
            }
            let deadline = ContinuousClock.now + .seconds(wait)
            while true {
                let records = try ids.compactMap { try store.delivery($0) }
                let isOver = records.allSatisfy { $0.endedAt != nil } || ContinuousClock.now >= deadline
                guard !isOver else { return records }
                // Nothing else tells this process what another one did.
                usleep(50_000)
            }
        }
        let stopped = try options.reporting { try store.stoppedChannels() }
        let stops = stopped.keys.map(\.rawValue).sorted().map { "\($0) is stopped: icegatectl delivery start \($0)" }
        options.print(
            [("messages", .list(records.map(\.json))), ("stopped", .list(stopped.keys.map { .text($0.rawValue) }))],
            orText: (records.map(\.line) + stops).joined(separator: "\n"))
        if !records.allSatisfy({ $0.state == .sent }) { throw Exit.refused }
    }
}

struct DeliveryStopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stops a channel: its messages wait, and pages say so at once.",
        discussion: "Example: icegatectl delivery stop sms")

    @OptionGroup var options: CommonOptions

    @Argument(help: "sms or email.")
    var channel: Destination.Channel

    func run() throws { try setStopped(true, channel, options) }
}

struct DeliveryStartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Lets a channel run that was stopped: what waited goes out.",
        discussion: "Example: icegatectl delivery start sms")

    @OptionGroup var options: CommonOptions

    @Argument(help: "sms or email.")
    var channel: Destination.Channel

    func run() throws { try setStopped(false, channel, options) }
}

private func setStopped(_ isStopped: Bool, _ channel: Destination.Channel, _ options: CommonOptions) throws {
    let store = try Store.forDelivery(options)
    try options.reporting { try store.setStopped(isStopped, channel, client: Client(CommonOptions.operatorName)) }
    options.print(
        [("channel", .text(channel.rawValue)), ("stopped", .flag(isStopped))],
        orText: isStopped ? "\(channel.rawValue) is stopped" : "\(channel.rawValue) runs")
}

extension Destination.Channel: ExpressibleByArgument {}
