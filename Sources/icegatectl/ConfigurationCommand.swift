import ArgumentParser
import PortalConfiguration

struct ConfigurationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration", abstract: "Describes every key of the configuration.",
        discussion: """
            What is printed comes from the table that the programs read by: it cannot differ from what they do.

            Example: icegatectl configuration list
            """,
        subcommands: [ListCommand.self, ExampleCommand.self, ManualCommand.self])

    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists the keys with what they may be, what holds without them, and what they mean.",
            discussion: """
                Example: icegatectl configuration list --json
                """)

        @OptionGroup var options: CommonOptions

        func run() {
            let keys = ConfigurationKey.all
            options.print(
                [
                    (
                        "keys",
                        .list(
                            keys.map { key in
                                .object([
                                    ("name", .text(key.name)), ("may_be", .text(key.expectation)),
                                    ("default", .text(key.defaultValue ?? "")), ("meaning", .text(key.meaning)),
                                ])
                            })
                    )
                ],
                orText: keys.map { key in
                    "\(key.name): \(key.expectation)\(key.defaultValue.map { ", \($0) without it" } ?? "")\n    \(key.meaning)"
                }.joined(separator: "\n"))
        }
    }

    struct ExampleCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "example", abstract: "Prints a configuration file with every key, commented.",
            discussion: """
                A key that has a default stands there with it; all are comments.

                Example: icegatectl configuration example > /etc/icegate/icegate.conf
                """)

        @OptionGroup var options: CommonOptions

        func run() { options.print([("text", .text(Self.file))], orText: Self.file) }

        private static var file: String {
            let head = """
                # Configuration of the ICEGATE registration portal: icegate-portal and icegatectl read it.
                #
                # Lines KEY=value, as in a systemd EnvironmentFile. A variable of the environment goes before a line here. What is
                # not set has the value that its comment shows, or none. Described in icegate.conf(5); icegate-portal --check
                # says what is wrong.
                """
            let keys = ConfigurationKey.all.map { key in
                "\n# \(key.meaning)\n# (\(key.expectation))\n#\(key.name)=\(key.defaultValue ?? "")"
            }
            return ([head] + keys).joined(separator: "\n")
        }
    }

    struct ManualCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "manual", abstract: "Prints the manual page icegate.conf(5).",
            discussion: """
                Example: icegatectl configuration manual | man --local-file -
                """)

        @OptionGroup var options: CommonOptions

        func run() { options.print([("text", .text(Self.page))], orText: Self.page) }

        private static var page: String {
            var page = """
                .TH ICEGATE.CONF 5 "" "icegate \(release)" "ICEGATE registration portal"
                .SH NAME
                icegate.conf \\- configuration of the ICEGATE registration portal
                .SH SYNOPSIS
                .I /etc/icegate/icegate.conf
                .SH DESCRIPTION
                Both
                .BR icegate\\-portal (8)
                and
                .BR icegatectl (8)
                read this file: the one that
                .B \\-\\-config
                names, else that of the variable
                .BR ICEGATE_CONFIG ,
                else the one above. It has lines
                .IR KEY = value ,
                as in an EnvironmentFile of
                .BR systemd.exec (5).
                A variable of the environment goes before a line. Empty lines and those that begin with # or ; are comments.
                A key that is unknown, given twice or does not parse is refused, all of them named at once.
                .PP
                A secret may stand in a file of its own, readable by its owner alone: the key with _FILE at its end names it.
                .SH KEYS

                """
            for key in ConfigurationKey.all {
                page += ".TP\n.B \(escaped(key.name))\n\(escaped(key.meaning))\nMay be \(escaped(key.expectation))"
                page += key.defaultValue.map { "; without it: \(escaped($0))" } ?? ""
                page += ".\n"
            }
            page += """
                .SH FILES
                .TP
                .I /etc/icegate/icegate.conf
                the configuration
                .TP
                .I /etc/icegate/keys
                the keys, mode 0400
                .SH SEE ALSO
                .BR icegate\\-portal (8),
                .BR icegatectl (8)
                """
            return page
        }

        /// For roff: a hyphen is a hyphen, and no line begins with a request.
        private static func escaped(_ text: String) -> String {
            let text = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
            return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
        }
    }
}
