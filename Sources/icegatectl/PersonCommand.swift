import ArgumentParser
import Persistence
import Registration

struct PersonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", abstract: "Hands a person the data kept of them, and erases it as far as the law lets.",
        discussion: """
            For requests under the Digital Personal Data Protection Act 2023, sections 11 and 12. A person is found by the \
            pair of IEC and GSTIN whose contact they are; prove who asks before you answer. Works with the account \
            CTL_KEEPER_USER, and is noted in the audit.

            Example: icegatectl person export --iec 0312345678 --gstin 27AAPFU0939F1ZV
            """,
        subcommands: [ExportCommand.self, EraseCommand.self])

    struct ExportCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Writes everything that is kept of the holder of a pair, as JSON.",
            discussion: """
                Contacts stand there whole: the answer is for that person alone. Seeds, hashes and cookies are left out.

                Example: umask 077; icegatectl person export --iec 0312345678 --gstin 27AAPFU0939F1ZV > person.json
                """)

        @OptionGroup var options: CommonOptions
        @OptionGroup var pair: PairOptions

        func validate() throws { _ = try pair.required() }

        func run() throws {
            let (desk, (iec, gstin)) = (try options.helpDesk(), try pair.required())
            let sections = try options.reporting { try PersonalData(of: iec, gstin, at: desk).export() }
            let object = JSONValue.object(
                [("iec", .text(iec.text)), ("gstin", .text(gstin.text))]
                    + sections.map { ($0.table, .list($0.rows.map(JSONValue.written))) })
            print(object.text)
        }
    }

    struct EraseCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "erase", abstract: "Erases names and contacts of a holder who has no account any more.",
            discussion: """
                Close an open account and end a registration in progress first. What stays: the master's entry, which is \
                corrected at DGFT and the GST Network and comes with the next load; the audit for its year, which names the \
                pair and the address of the network; the ICEGATE ID, which is not given again. Backups keep what they have \
                until they are thrown away.

                Example: icegatectl person erase --iec 0312345678 --gstin 27AAPFU0939F1ZV
                """)

        @OptionGroup var options: CommonOptions
        @OptionGroup var pair: PairOptions
        @OptionGroup var consent: ConsentOptions

        func validate() throws { _ = try pair.required() }

        func run() throws {
            let (desk, (iec, gstin)) = (try options.helpDesk(), try pair.required())
            try consent.ask("Erase names and contacts of \(iec.text), \(gstin.text)?", options)
            switch try options.reporting({ try PersonalData(of: iec, gstin, at: desk).erase() }) {
            case .done: options.print([("state", .text("erased"))], orText: "Names and contacts are erased.")
            case .none: throw options.refused("Nothing is kept of this pair but what the master and the audit have.")
            case .accountIsOpen(let name):
                throw options.refused("The account \(name) is open: close it first (icegatectl account close).")
            case .registrationLives:
                throw options.refused("A registration is in progress: end it first (icegatectl registration end).")
            }
        }
    }
}
