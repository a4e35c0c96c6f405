import Glibc

/// Runs a command of sh(1).
///
/// - Returns: its status, as wait(2) tells it.
func shell(_ command: String) -> Int32 { unsafe system(command) }

/// Takes a file away that a test made.
func remove(_ path: String) { _ = shell("rm -f '\(path)'") }
