import HTMLTemplate

/// A small index, in one language, of the pages that everybody may read.
struct SearchIndex: Sendable {
    /// A page that was found.
    struct Hit: Sendable, Equatable {
        /// Where it is.
        let path: String
        /// Its title.
        let title: String
        /// Some of its text round a word that was looked for.
        let excerpt: String
    }

    private struct Entry: Sendable {
        let path: String
        let title: String
        let titleLetters: [UInt8]
        let text: [UInt8]
        /// Byte by byte that of `text`, so that a place in one is a place in the other.
        let letters: [UInt8]
    }

    private let entries: [Entry]

    /// Pages whose text is a form: they are known by their titles and by what leads to them.
    private static let forms: [(route: Route, title: Message, text: Message)] = [
        (.register, RegisterPage.title, "New users, with IEC and GSTIN"),
        (.resume, ResumePage.title, "Carry on with your OTPs"),
        (.temporaryPassword, TemporaryPasswordPage.title, "Ask for a new temporary password"),
        (.login, LoginPage.title, "With your ICEGATE ID and password"),
        (.forgottenPassword(.request), ForgottenPasswordPage.title, "Forgotten password"),
        (.forgottenID, ForgottenIDPage.title, "Forgotten ICEGATE ID"),
        (.enquiry(.gstin), GSTINEnquiryPage.title, "Public enquiries"),
        (.enquiry(.iec), IECEnquiryPage.title, "Public enquiries"),
        (.feedback, FeedbackPage.title, "Tell us what went wrong, what you did not understand and what you missed."),
    ]

    /// Reads all pages of a set.
    init(of templates: TemplateSet, language: String) {
        func entry(_ path: String, _ title: Message, _ text: String) -> Entry {
            let title = templates.text(of: title, language: language)
            return Entry(
                path: path, title: title, titleLetters: Self.folded(title), text: Array(text.utf8),
                letters: Self.folded(text))
        }
        func information<Page: InformationPage>(_ page: Page.Type) -> Entry {
            // No link of the frame is searched: which page it stands on does not matter.
            let frame = Frame(title: Page.title, assetVersion: "")
            return entry(
                Page.path, Page.title,
                PageText.content(of: templates.render(Page(), frame: frame, language: language)))
        }
        entries =
            Self.forms.map { entry($0.route.path, $0.title, templates.text(of: $0.text, language: language)) }
            + InformationPages.all.map { information($0) }
    }

    /// How many words of a query count.
    static let wordLimit = 8

    /// The pages that have all words of a query, as parts of words, the best first.
    func find(_ query: String) -> [Hit] {
        let words = query.split { !$0.isLetter && !$0.isNumber }.prefix(Self.wordLimit).map { Self.folded(String($0)) }
        guard !words.isEmpty else { return [] }
        var found: [(score: Int, hit: Hit)] = []
        for entry in entries {
            var score = 0
            // The rarest word says most of why the page was found.
            var rarest: (count: Int, place: Int)?
            let hasAll = words.allSatisfy { word in
                let places = Self.places(of: word, in: entry.letters)
                let isInTitle = !Self.places(of: word, in: entry.titleLetters).isEmpty
                if let first = places.first, places.count < rarest?.count ?? .max { rarest = (places.count, first) }
                score += (isInTitle ? 20 : 0) + min(places.count, 10)
                return isInTitle || !places.isEmpty
            }
            if hasAll {
                let hit = Hit(
                    path: entry.path, title: entry.title, excerpt: Self.excerpt(of: entry.text, at: rarest?.place ?? 0))
                found.append((score, hit))
            }
        }
        // In the order of the index where they are equally good.
        return found.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
            .map(\.element.hit)
    }

    /// The pages at some paths, in that order, with the beginnings of their texts.
    func hits(at paths: [String]) -> [Hit] {
        paths.compactMap { path in
            entries.first { $0.path == path }.map { entry -> Hit in
                // A page's text begins with its title.
                let title = entry.titleLetters + Array(" \(PageText.separator) ".utf8)
                let begin = entry.letters.starts(with: title) ? title.count : 0
                return Hit(
                    path: path, title: entry.title, excerpt: Self.excerpt(of: Array(entry.text[begin...]), at: 0))
            }
        }
    }

    /// Without regard to case: that of ASCII's letters (0x41 to 0x5A are the capitals), since Devanagari has none.
    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
    }

    private static func places(of word: [UInt8], in text: [UInt8]) -> [Int] {
        guard let initial = word.first, text.count >= word.count else { return [] }
        return (0...(text.count - word.count)).filter { text[$0] == initial && text[$0...].starts(with: word) }
    }

    /// About 160 characters, from the beginning of a word to the end of one.
    private static func excerpt(of text: [UInt8], at place: Int) -> String {
        let start = edge(of: text, from: place, by: -1, past: 60)
        let end = edge(of: text, from: place, by: 1, past: 100)
        return (start > 0 ? "… " : "") + String(decoding: text[start..<end], as: UTF8.self)
            + (end < text.count ? " …" : "")
    }

    /// The edge of a word that lies so many characters away, or the end of the text.
    private static func edge(of text: [UInt8], from place: Int, by step: Int, past count: Int) -> Int {
        var place = place
        var left = count
        while step > 0 ? place < text.count : place > 0 {
            let byte = text[step > 0 ? place : place - 1]
            if left <= 0, byte == UInt8(ascii: " ") { break }
            // The other bytes of a character in UTF-8 begin with the bits 10.
            if byte & 0xC0 != 0x80 { left -= 1 }
            place += step
        }
        return place
    }
}
