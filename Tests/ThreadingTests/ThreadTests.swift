import Foundation
import Glibc
import Testing
import Threading

@Suite("threads") struct ThreadTests {
    /// What the scheduler says of the thread that asks.
    private struct Scheduling: Sendable {
        let niceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        /// Nanoseconds for which it keeps a core that others want; `nil` where the kernel does not tell, or has none for each thread.
        let slice: Int?

        init() {
            let lines = (try? String(contentsOfFile: "/proc/thread-self/sched", encoding: .utf8)) ?? ""
            let line = lines.split(separator: "\n").first { $0.hasPrefix("se.slice") }
            let kernel = ProcessInfo.processInfo.operatingSystemVersion
            let isOld = (kernel.majorVersion, kernel.minorVersion) < (6, 12)
            slice = isOld ? nil : line?.split(separator: " ").last.flatMap { Int($0) }
        }
    }

    @Test(
        "one that stands back has a lower priority and keeps a core for 0.1 ms; others are as usual")
    func standingBack() throws {
        let found = Monitor<[Bool: Scheduling]>([:])
        for standsBack in [true, false] {
            let thread = try #require(
                Thread.start(standingBack: standsBack) {
                    let scheduling = Scheduling()
                    found.withLock { $0[standsBack] = scheduling }
                })
            thread.join()
        }
        let scheduling = found.withLock(\.self)
        #expect(scheduling[true]?.niceness == 10 && scheduling[false]?.niceness == Scheduling().niceness)
        if let slice = scheduling[true]?.slice {
            #expect(slice == 100_000)
            #expect(scheduling[false]?.slice != 100_000)
        }
    }
}
