import HTMLTemplate

/// Two counts over a time, as bars in pairs: a drawing of rectangles, and the same numbers as a table.
struct ActivityChart: TemplateModel, Sendable {
    /// Unique on its page.
    var id: String
    var title: Message
    var firstLabel: Message
    var secondLabel: Message
    /// What a row of the table stands for.
    var unitLabel: Message
    var entries: [Entry]
    /// What stands under the bars, evenly spread.
    var ticks: [Tick]

    /// One hour or day.
    struct Entry: Sendable {
        var label: String
        var first: Int
        var second: Int
    }

    /// A label under the bars, of one or two lines.
    struct Tick: TemplateModel, Sendable {
        var label: String
        var detail = ""

        static let fields = Fields<Self>([.text("label") { $0.label }, .text("detail") { $0.detail }])
    }

    /// The pair of bars of an entry, in a drawing of 10 units for each entry and 100 in height.
    struct Bars: TemplateModel, Sendable {
        let entry: Entry
        let number: Int
        let top: Int

        static let fields = Fields<Self>([
            .text("label") { $0.entry.label },
            .text("first") { String($0.entry.first) },
            .text("second") { String($0.entry.second) },
            .text("firstX") { String($0.number * 10 + 1) },
            .text("secondX") { String($0.number * 10 + 5) },
            .text("firstY") { Self.tenths(1_000 - $0.height($0.entry.first)) },
            .text("secondY") { Self.tenths(1_000 - $0.height($0.entry.second)) },
            .text("firstHeight") { Self.tenths($0.height($0.entry.first)) },
            .text("secondHeight") { Self.tenths($0.height($0.entry.second)) },
        ])

        /// In tenths of a unit.
        private func height(_ count: Int) -> Int { count * 1_000 / top }

        private static func tenths(_ number: Int) -> String { "\(number / 10).\(number % 10)" }
    }

    /// The number at the top of the scale: the least of 2, 4, 6, 8, 10, 20, 40, … that no bar exceeds.
    var top: Int {
        let highest = entries.map { max($0.first, $0.second) }.max() ?? 0
        var power = 1
        while true {
            for step in [2, 4, 6, 8, 10] where step * power >= highest { return step * power }
            power *= 10
        }
    }

    static let fields = Fields<Self>([
        .text("id") { $0.id },
        .message("title") { $0.title },
        .message("firstLabel") { $0.firstLabel },
        .message("secondLabel") { $0.secondLabel },
        .message("unitLabel") { $0.unitLabel },
        .text("firstTotal") { String($0.entries.map(\.first).reduce(0, +)) },
        .text("secondTotal") { String($0.entries.map(\.second).reduce(0, +)) },
        .text("width") { String($0.entries.count * 10) },
        .text("top") { String($0.top) },
        .text("half") { String($0.top / 2) },
        .list("bars") { chart in
            let top = chart.top
            return chart.entries.enumerated().map { Bars(entry: $1, number: $0, top: top) }
        },
        .list("ticks") { $0.ticks },
    ])
}
