import Glibc
import MasterLoad

/// Shows how far a long work is: a bar on a terminal, a line every ten seconds otherwise.
final class ProgressBar {
    private let isSilent: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var phase: LoadProgress.Phase?
    private var phaseStart = ContinuousClock.now
    private var lastShown: ContinuousClock.Instant?
    private var isOpen = false
    private static let width = 24

    init(isSilent: Bool) { self.isSilent = isSilent }

    func show(_ progress: LoadProgress) {
        guard !isSilent else { return }
        let now = ContinuousClock.now
        if progress.phase != phase {
            phase = progress.phase
            phaseStart = now
            lastShown = isTerminal ? nil : now
        }
        if let lastShown, lastShown.duration(to: now) < .milliseconds(isTerminal ? 200 : 10_000) { return }
        lastShown = now
        let line = line(progress, after: phaseStart.duration(to: now) / .seconds(1))
        if isTerminal {
            write("\r\u{1B}[K" + line)
            isOpen = true
        } else {
            complain(line)
        }
    }

    /// Goes on below the bar.
    func end() {
        if isOpen { write("\r\u{1B}[K") }
        isOpen = false
    }

    private func line(_ progress: LoadProgress, after seconds: Double) -> String {
        // What is only begun tells nothing of how fast it is.
        let isKnown = seconds >= 1
        var line = progress.phase.rawValue
        if let total = progress.total, total > 0 {
            let share = min(1, Double(progress.done) / Double(total))
            let filled = Int(share * Double(Self.width))
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
            line += isTerminal ? " [\(bar)]" : ""
            line += " \(Int(share * 100)) %"
            if isKnown, share > 0.01 {
                let left = Int(seconds / share - seconds)
                line += ", \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
            }
        }
        line += ", \(progress.rows) rows"
        if isKnown { line += ", \(Int(Double(progress.rows) / seconds))/s" }
        return line + ", \(progress.refused) refused"
    }

    private func write(_ text: String) { complain(text, terminator: "") }
}
