import Testing
import Threading

@Suite("What is in use") struct ReplaceableTests {
    @Test("is what it was replaced with from then on, and stays whole for who has it")
    func replaced() {
        let inUse = Replaceable(["one"])
        let before = inUse.current
        inUse.replace(with: ["two"])
        #expect(inUse.current == ["two"])
        #expect(before == ["one"])
    }
}
