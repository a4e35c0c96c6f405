import HTMLTemplate

/// S32: the holder's IEC with all its GSTINs, as the master has them now.
struct MasterDetailsPage: PageModel, Sendable {
    var iec: String
    /// The GSTIN that the account was registered with.
    var ownGSTIN: String
    /// Whether the master still has it.
    var hasOwnGSTIN: Bool
    /// The contacts that the master has with it, in part; "–" where it has none that can be used.
    var maskedEmail = "–"
    var maskedMobile = "–"
    /// What the IEC's status means; absent when the master has no entry of the IEC.
    var iecStatus: Message?
    var entries: [Entry]
    /// That not all entries are shown, where that is so.
    var cut: Message?
    /// When the master was read.
    var readAt: String

    /// One GSTIN.
    struct Entry: TemplateModel, Sendable {
        var gstin: String
        var legalName: String
        var status: Message
        /// When the load that last wrote the entry was applied.
        var loadedAt: String
        /// Whether it is the one that the account was registered with.
        var isOwn: Bool

        static let fields = Fields<Self>([
            .text("gstin") { $0.gstin },
            .text("legalName") { $0.legalName },
            .message("status") { $0.status },
            .text("loadedAt") { $0.loadedAt },
            .flag("isOwn") { $0.isOwn },
        ])
    }

    static let template = "master-details"
    static let title: Message = "IEC and GSTIN details"

    static let fields = Fields<Self>([
        .text("iec") { $0.iec },
        .text("ownGSTIN") { $0.ownGSTIN },
        .flag("hasOwnGSTIN") { $0.hasOwnGSTIN },
        .text("maskedEmail") { $0.maskedEmail },
        .text("maskedMobile") { $0.maskedMobile },
        .optionalMessage("iecStatus") { $0.iecStatus },
        .list("entries") { $0.entries },
        .optionalMessage("cut") { $0.cut },
        .text("readAt") { $0.readAt },
    ])
}
