/// Ends the process when an invariant does not hold: libFuzzer then keeps the input.
///
/// - Parameter what: the invariant, with the values that break it.
public func require(_ holds: Bool, _ what: @autoclosure () -> String) {
    // Ending the process is what a fuzzer does with a finding.
    if !holds { fatalError(what()) }
}
