import FoundationEssentials
import Persistence
import Registration

/// A letter as a MIME message of one plain and one HTML part with the same words, in lines ended by CRLF.
///
/// Source: RFC 5322, RFC 2045 to 2047, RFC 3834 (Auto-Submitted).
struct MailMessage {
    /// Address that the mail comes from.
    let sender: EmailAddress
    /// What stands before it, such as the name of the service.
    let senderName: String
    /// The right side of the Message-ID: the portal's host.
    let host: String

    /// The message's bytes, in ASCII alone.
    func bytes(of letter: Letter, at date: Date) -> [UInt8] {
        // Of the serial alone: a letter that goes twice, since an answer was lost, is known as one by programs for mail.
        let identifier = "\(letter.serial).outbox@\(host)"
        let boundary = "=_icegate_\(letter.serial)"
        let header = [
            "Date: \(Self.text(of: date))",
            "From: \(EncodedWord.phrase(senderName)) <\(sender.text)>",
            "To: <\(letter.destination.address)>",
            "Subject: \(EncodedWord.text(letter.subject, after: 9))",
            "Message-ID: <\(identifier)>",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "Content-Language: \(letter.language.rawValue)",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"",
        ]
        var lines = header + [""]
        for (type, text) in [("plain", letter.body), ("html", Self.html(letter))] {
            let encoded = BodyEncoding(text)
            lines += [
                "--\(boundary)", "Content-Type: text/\(type); charset=utf-8",
                "Content-Transfer-Encoding: \(encoded.name)", "",
            ]
            lines += encoded.lines
        }
        lines += ["--\(boundary)--", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// The words of the plain text as paragraphs; nothing is loaded from anywhere, and no link is hidden behind a word.
    private static func html(_ letter: Letter) -> String {
        let paragraphs = letter.body.split(separator: "\n\n").map { paragraph in
            "<p>\(escaped(String(paragraph)).split(separator: "\n").joined(separator: "<br>\n"))</p>"
        }
        return """
            <!DOCTYPE html>
            <html lang="\(letter.language.rawValue)">
            <head><meta charset="utf-8"><title>\(escaped(letter.subject))</title></head>
            <body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1b1b1b;background:#ffffff">
            <div style="max-width:38em">
            \(paragraphs.joined(separator: "\n"))
            </div>
            </body>
            </html>

            """
    }

    /// Text of an HTML element, with every byte that could end it written otherwise.
    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `Sun, 22 Nov 2026 18:45:01 +0000`. Source: RFC 5322, 3.3.
    private static func text(of date: Date) -> String {
        // "2026-11-22T18:45:01Z" has all of it but the weekday: 1 January 1970 was a Thursday.
        let written = date.formatted(.iso8601)
        let parts = written.split { "-TZ".contains($0) }
        guard parts.count == 4, let month = Int(parts[1]), months.indices.contains(month - 1) else { return written }
        let days = Int((date.timeIntervalSince1970 / 86_400).rounded(.down))
        let weekday = weekdays[((days + 4) % 7 + 7) % 7]
        return "\(weekday), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]) +0000"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
