import ArgumentParser
import FoundationEssentials
import MariaDB
import Persistence
import PortalConfiguration
import Registration

struct DeliveryStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Counts the messages of the last 72 hours, or lists those of one pair or contact.",
        discussion: """
            Without a pair, number or address: counts and delays by channel and gateway. Contacts are masked; codes are \
            stored nowhere, and nobody can show them.

            Examples: icegatectl delivery status
                      icegatectl delivery status --iec 0312345678 --gstin 27AAPFU0939F1ZV
                      icegatectl delivery status --mobile 9876543210 --json
            """)

    @OptionGroup var options: CommonOptions
    @OptionGroup var subject: DeliverySubjectOptions

    func run() throws {
        let store = try Store.forDelivery(options)
        if let subject = try subject.subject() {
            let records = try options.reporting { try store.deliveries(about: subject, inTheLast: Self.time) }
            options.print(
                [("messages", .list(records.map(\.json)))],
                orText: records.isEmpty
                    ? "none in the last 72 hours" : records.map(\.line).joined(separator: "\n"))
            return
        }
        let (counts, stopped) = try options.reporting {
            (try store.deliveryCounts(inTheLast: Self.time), try store.stoppedChannels())
        }
        let lines =
            stopped.map { "\($0.key.rawValue) was stopped at \($0.value.formatted(.iso8601))" }.sorted()
            + counts.map(\.line)
        options.print(
            [
                (
                    "stopped",
                    .list(
                        stopped.map {
                            .object([
                                ("channel", .text($0.key.rawValue)), ("since", .text($0.value.formatted(.iso8601))),
                            ])
                        })
                ), ("counts", .list(counts.map(\.json))),
            ], orText: lines.isEmpty ? "none in the last 72 hours" : lines.joined(separator: "\n"))
    }

    private static let time = Duration.seconds(72 * 3_600)
}

extension DeliveryCount {
    /// One line for a person.
    var line: String {
        let delays =
            if let averageDelay, let longestDelay {
                ", on average after \(averageDelay.inSeconds), at most \(longestDelay.inSeconds)"
            } else {
                ""
            }
        return "\(channel.rawValue) \(gateway ?? "-") \(state.rawValue): \(count)\(delays)"
    }

    /// One object for a job.
    var json: JSONValue {
        .object([
            ("channel", .text(channel.rawValue)), ("gateway", .text(gateway ?? "")), ("state", .text(state.rawValue)),
            ("count", .number(count)), ("average_delay_ms", .number((averageDelay ?? .zero).wholeMilliseconds)),
            ("longest_delay_ms", .number((longestDelay ?? .zero).wholeMilliseconds)),
        ])
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int {
        Int(components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000)
    }

    /// `1.25 s`.
    fileprivate var inSeconds: String {
        let hundredths = wholeMilliseconds / 10
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
    }
}

extension DeliveryRecord {
    /// One line for a person.
    var line: String {
        let answer = [gateway, reply].compactMap(\.self).joined(separator: " ")
        let next = nextAttemptAt.map { ", next attempt at \($0.formatted(.iso8601))" } ?? ""
        let end = endedAt.map { " at \($0.formatted(.iso8601))" } ?? ""
        return "\(id)  \(createdAt.formatted(.iso8601))  \(channel.rawValue) \(contact)  \(template): "
            + "\(state.rawValue)\(end) (\(attempts) \(attempts == 1 ? "attempt" : "attempts")"
            + "\(answer.isEmpty ? "" : ", \(answer)")\(next))"
    }

    /// One object for a job.
    var json: JSONValue {
        .object([
            ("id", .number(Int(id))), ("message", .text(template)), ("channel", .text(channel.rawValue)),
            ("contact", .text(contact)), ("state", .text(state.rawValue)), ("attempts", .number(attempts)),
            ("gateway", .text(gateway ?? "")), ("reply", .text(reply ?? "")),
            ("created_at", .text(createdAt.formatted(.iso8601))),
            ("next_attempt_at", .text(nextAttemptAt?.formatted(.iso8601) ?? "")),
            ("ended_at", .text(endedAt?.formatted(.iso8601) ?? "")),
            (
                "delay_ms",
                .number(endedAt.map { Int($0.timeIntervalSince(createdAt) * 1_000) } ?? 0)
            ),
        ])
    }
}

extension Store {
    /// A store for the commands of delivery, which have the portal's rights on the outbox.
    static func forDelivery(_ options: CommonOptions) throws -> Store {
        let configuration = try options.load()
        let settings = try options.database(of: configuration, as: .portal)
        guard let keys = KeyRing(configuration.keys.map { (id: $0.id, bytes: $0.bytes) }) else {
            throw options.refused("KEY_FILE is not set or holds no usable key.")
        }
        return Store(
            pool: Pool(ConnectionOptions(settings, for: .bulk), size: 1, waitLimit: .seconds(2)), keys: keys,
            limits: RegistrationLimits(configuration.limits))
    }
}
