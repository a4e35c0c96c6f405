import Testing

@testable import Courier

@Suite("The queue of a channel") struct MessageQueueTests {
    /// The signal's count that a claim is to wait for; a failure where the task is another one.
    private static func claim(_ queue: MessageQueue) -> Int? {
        guard case .claim(let count) = queue.next() else {
            Issue.record("no claim is asked for")
            return nil
        }
        return count
    }

    @Test("has a look wait for the signal where the one before found all, and for nothing where more may be")
    func looks() {
        let queue = MessageQueue()
        #expect(Self.claim(queue) == nil)
        queue.add(MessageQueue.Look(allFoundAt: 7))
        #expect(Self.claim(queue) == 7)
        queue.add(MessageQueue.Look(allFoundAt: nil))
        #expect(Self.claim(queue) == nil)
    }
}
