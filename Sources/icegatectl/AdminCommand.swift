public import ArgumentParser
import FoundationEssentials
import MariaDB
import Persistence
import PortalConfiguration
public import Registration
import Sodium
import SystemPackage
import Terminal

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Says who may open the administrator's console of the portal.",
        discussion: """
            Works with the account CTL_MIGRATOR_USER: the portal's own can make nobody an administrator.

            Example: icegatectl admin list
            """,
        subcommands: [AddCommand.self, ListCommand.self, CloseCommand.self])

    struct AddCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Adds an administrator.",
            discussion: """
                The password is asked for twice at a terminal, which does not show it; otherwise it is the one line of \
                standard input. It keeps the rules of the portal's passwords. The OTP of each login goes to ADDRESS. A \
                name that was closed is not given again.

                Examples: icegatectl admin add r.sharma --email r.sharma@example.gov.in
                          icegatectl admin add r.sharma --email r.sharma@example.gov.in --json < password-file
                """)

        @OptionGroup var options: CommonOptions

        @Argument(help: "3 to 32 letters, digits, dots, hyphens and underscores, beginning with a letter.")
        var name: AdministratorName

        @Option(name: .long, help: "The e-mail address for the OTPs.")
        var email: EmailAddress

        func run() throws {
            let register = try options.administrators()
            let password: ChosenPassword
            do throws(InvalidValue) {
                password = try ChosenPassword(Self.readPassword(), personal: [name.text, email.localPart])
            } catch {
                throw options.refused(error.violations.map(\.explanation).joined(separator: "\n"))
            }
            guard let hash = PasswordHash.make(of: password.bytes, cost: .owasp) else {
                throw options.refused("There is not enough memory for the password's hash.")
            }
            guard try options.reporting({ try register.add(name, email: email, hash: hash) }) else {
                throw options.refused("\(name) was given before. Choose another name.")
            }
            options.print(
                [("added", .text(name.text)), ("email", .text(email.text))],
                orText: "\(name) may log in at /admin/login. OTPs go to \(email.text).")
        }

        /// - Throws: what is wrong with the typing; whether the password is a good one is judged elsewhere.
        private static func readPassword() throws(InvalidValue) -> String {
            let first = try line("Password: ")
            guard HiddenLine.isTyped else { return first }
            guard try line("Password again: ") == first else { throw InvalidValue([.passwordMismatch]) }
            return first
        }

        private static func line(_ prompt: String) throws(InvalidValue) -> String {
            if HiddenLine.isTyped { ask(prompt) }
            defer { if HiddenLine.isTyped { ask("\n") } }
            // Whatever cannot be read as a line of text is no password; an empty one is told so by the rules.
            let limit = 4 * ChosenPassword.maximumBytes
            guard let bytes = try? HiddenLine.read(atMost: limit) else { throw InvalidValue([.passwordMissing]) }
            guard bytes.count < limit else { throw InvalidValue([.passwordTooLong]) }
            guard let text = String(validating: bytes, as: UTF8.self) else { throw InvalidValue([.passwordControl]) }
            return text
        }

        private static func ask(_ text: String) {
            // Whoever has closed the stream does not read it.
            _ = try? FileDescriptor.standardError.writeAll(text.utf8)
        }
    }

    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the administrators, closed ones too.",
            discussion: "Example: icegatectl admin list --json")

        @OptionGroup var options: CommonOptions

        func run() throws {
            let register = try options.administrators()
            let administrators = try options.reporting { try register.all() }
            options.print(
                [
                    (
                        "administrators",
                        .list(
                            administrators.map {
                                .object([
                                    ("name", .text($0.name.text)), ("email", .text($0.email.text)),
                                    ("added_at", .text($0.addedAt.formatted(.iso8601))),
                                    ("closed", .flag($0.closedAt != nil)),
                                ])
                            })
                    )
                ],
                orText: administrators.isEmpty
                    ? "none"
                    : administrators.map {
                        "\($0.name)  \($0.email.text)  added \($0.addedAt.formatted(.iso8601))"
                            + ($0.closedAt.map { "  closed \($0.formatted(.iso8601))" } ?? "")
                    }.joined(separator: "\n"))
        }
    }

    struct CloseCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close", abstract: "Closes an administrator, and ends their sessions at once.",
            discussion: "Example: icegatectl admin close r.sharma")

        @OptionGroup var options: CommonOptions

        @Argument(help: "The name.")
        var name: AdministratorName

        func run() throws {
            let register = try options.administrators()
            guard try options.reporting({ try register.close(name) }) else {
                throw options.refused("There is no administrator \(name) who could be closed.")
            }
            options.print([("closed", .text(name.text))], orText: "\(name) may not log in any more.")
        }
    }
}

extension CommonOptions {
    fileprivate func administrators() throws -> AdministratorRegister {
        let settings = try load().database(as: .migrator)
        return AdministratorRegister(
            pool: Pool(ConnectionOptions(settings, for: .bulk), size: 1, waitLimit: .seconds(2)),
            operatorName: Self.operatorName)
    }
}

extension AdministratorName: ExpressibleByArgument {
    public init?(argument: String) { try? self.init(argument) }
}

extension EmailAddress: ExpressibleByArgument {
    public init?(argument: String) { try? self.init(argument) }
}
