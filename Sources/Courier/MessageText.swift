public import HTMLTemplate
import Persistence
import Registration

/// What the text of a message can name: the same for every message, empty where it does not apply.
struct MessageContent: TemplateModel {
    var code = ""
    var icegateID = ""
    var iec = ""
    var gstin = ""
    var expiresAt = ""

    static let fields = Fields<Self>([
        .text("code") { $0.code }, .text("icegateID") { $0.icegateID }, .text("iec") { $0.iec },
        .text("gstin") { $0.gstin }, .text("expiresAt") { $0.expiresAt },
    ])
}

/// Every text there is: a file `messages/TEMPLATE-CHANNEL.txt` for each message on each of its channels, whose first
/// line of an e-mail's is `Subject: …`.
public enum MessageTexts {
    /// The names and their model, to load the texts with.
    public static var all: [(name: String, model: any TemplateModel.Type)] {
        MessageTemplate.allCases.flatMap { template in
            template.channels.map { (name(of: template, on: $0), MessageContent.self) }
        }
    }

    /// The file of a message on a channel, below the template directory and without its suffix.
    static func name(of template: MessageTemplate, on channel: Destination.Channel) -> String {
        "messages/\(template.rawValue)-\(channel.rawValue)"
    }
}
