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
        /// In lower case.
        let titleWords: String
        let text: [Character]
        /// In lower case; character by character that of `text`.
        let letters: [Character]
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
            let text = Array(text)
            return Entry(
                path: path, title: title, titleWords: title.lowercased(), text: text,
                letters: text.map { $0.lowercased().first ?? $0 })
        }
        func information<Page: InformationPage>(_ page: Page.Type) -> Entry {
            let frame = Frame(language: language, path: Page.path, title: Page.title, assetVersion: "")
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
        let words = query.lowercased().split { !$0.isLetter && !$0.isNumber }.prefix(Self.wordLimit)
        guard !words.isEmpty else { return [] }
        var found: [(score: Int, hit: Hit)] = []
        for entry in entries {
            var score = 0
            // The rarest word says most of why the page was found.
            var rarest: (count: Int, place: Int)?
            let hasAll = words.allSatisfy { word in
                let places = Self.places(of: Array(word), in: entry.letters)
                let isInTitle = entry.titleWords.contains(String(word))
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

    private static func places(of word: [Character], in text: [Character]) -> [Int] {
        guard let initial = word.first, text.count >= word.count else { return [] }
        return (0...(text.count - word.count)).filter { text[$0] == initial && text[$0...].starts(with: word) }
    }

    /// About 160 characters, from the beginning of a word to the end of one.
    private static func excerpt(of text: [Character], at place: Int) -> String {
        var start = max(0, place - 60)
        while start > 0, text[start - 1] != " " { start -= 1 }
        var end = min(text.count, start + 160)
        while end < text.count, text[end] != " " { end += 1 }
        return (start > 0 ? "… " : "") + String(text[start..<end]) + (end < text.count ? " …" : "")
    }
}
