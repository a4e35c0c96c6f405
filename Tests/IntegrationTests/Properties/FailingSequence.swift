/// A sequence that fails, made as short as leaving out single actions makes it.
struct FailingSequence: CustomStringConvertible {
    let portal: ClockedPortal
    var nextHolder: Int
    var now: Int
    var actions: [Action]
    var difference: String

    /// Leaves out one action after the other, the last first, sends each form once, and keeps what still fails.
    mutating func shorten() throws {
        var isShorter = true
        while isShorter {
            isShorter = false
            for index in actions.indices.reversed() where index < actions.count {
                var fewer = actions
                fewer.remove(at: index)
                guard nextHolder < 9_990, let difference = try failure(of: &fewer) else { continue }
                (actions, self.difference, isShorter) = (fewer, difference, true)
            }
        }
        for index in actions.indices.reversed() where index < actions.count && actions[index].delivery != .once {
            var plainer = actions
            plainer[index].delivery = .once
            if let difference = try failure(of: &plainer) { (actions, self.difference) = (plainer, difference) }
        }
    }

    /// What is wrong with a sequence, which is cut after the action where it shows.
    private mutating func failure(of actions: inout [Action]) throws -> String? {
        let holders = [Holder(nextHolder), Holder(nextHolder + 1)]
        nextHolder += 2
        try portal.site.load(holders)
        var run = try SequenceRun(portal, holders: holders, at: now, alreadyBroken: portal.brokenInvariants(at: now))
        defer { now = run.model.now }
        for (index, action) in actions.enumerated() {
            if let difference = try run.perform(action) {
                actions.removeSubrange((index + 1)...)
                return difference
            }
        }
        return try run.compareRows()
    }

    var description: String {
        let lines = actions.enumerated().map { "\($0 + 1). \($1)" }
        return (lines + [difference]).joined(separator: "\n")
    }
}
