/// Passwords that attackers try first.
///
/// A password is common when, whatever the case of its letters,
/// - it is one of ``LeakedPasswords``;
/// - most of its characters follow from the one before: `Aa123456789!`;
/// - it is a short piece over and over: `Kutch7!Kutch7!`;
/// - its letters are one or two words of ``words`` or of ``keyboardRuns``, with any digits and signs between them and
///   the usual signs in place of letters: `P@ssw0rd@2024!`, `Admin@India1947`, `1qaz@WSX3edc`.
///
/// What is judged is short: the policy bounds passwords at 128 scalars.
enum CommonPasswords {
    /// Whether the password is one of them.
    static func contain(_ password: String) -> Bool {
        let text = folded(password)
        if LeakedPasswords.contain(String(decoding: text, as: UTF8.self)) { return true }
        return isPredictable(text) || isRepetition(text) || isMadeOfWords(text)
    }

    /// A byte for each scalar: ASCII with letters in lower case, ``otherLetter`` for every other letter, and a space
    /// for what is neither.
    private static func folded(_ password: String) -> [UInt8] {
        password.unicodeScalars.map { scalar in
            guard scalar.isASCII else { return scalar.properties.isAlphabetic ? otherLetter : ASCIIText.space }
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            return ASCIIText.isUppercase(byte) ? byte + 32 : byte
        }
    }

    /// Whether two characters of three repeat the one before them, or are its neighbour in the alphabet or among the
    /// digits, shifted ones too.
    private static func isPredictable(_ text: [UInt8]) -> Bool {
        let surprises = zip(text, text.dropFirst()).count { !follows($0, $1) } + 1
        return surprises * 3 <= text.count
    }

    private static func follows(_ previous: UInt8, _ next: UInt8) -> Bool {
        if previous == next { return true }
        let (one, other) = (unshifted[previous] ?? previous, unshifted[next] ?? next)
        if ASCIIText.isDigit(one), ASCIIText.isDigit(other) {
            // 9 and 0 are neighbours on the keyboard.
            return [0, 1, 9].contains(max(one, other) - min(one, other))
        }
        return ASCIIText.isLetter(one) && ASCIIText.isLetter(other) && max(one, other) - min(one, other) == 1
    }

    /// Whether the text is a piece of fewer than 8 characters, or one that is common itself, over and over.
    private static func isRepetition(_ text: [UInt8]) -> Bool {
        guard text.count >= 8 else { return false }
        let period = (1...(text.count / 2)).first { period in
            zip(text, text.dropFirst(period)).allSatisfy { $0 == $1 }
        }
        guard let period else { return false }
        return period < 8 || isMadeOfWords(Array(text.prefix(period)))
    }

    /// Whether one or two words, and any characters but letters round them, make up the whole text.
    private static func isMadeOfWords(_ text: [UInt8]) -> Bool {
        let readings = [[:], lettersAsSigns, lettersAsSigns.merging(otherLettersAsSigns) { $1 }, unshifted].map {
            signs in
            text.map { signs[$0] ?? $0 }
        }
        // The fewest words that make up the text before each place; nil where no words do.
        var fewest = [Int?](repeating: nil, count: text.count + 1)
        fewest[0] = 0
        for start in text.indices {
            guard let count = fewest[start] else { continue }
            if !ASCIIText.isLetter(text[start]), text[start] != otherLetter {
                fewest[start + 1] = min(count, fewest[start + 1] ?? count)
            }
            guard count < 2, start + 3 <= text.count else { continue }
            for end in (start + 3)...min(start + longest, text.count) where count + 1 < fewest[end] ?? .max {
                let isWord = readings.contains { reading in
                    let piece = String(decoding: reading[start..<end], as: UTF8.self)
                    return words.contains(piece) || keyboardRuns.contains(piece)
                }
                if isWord { fewest[end] = count + 1 }
            }
        }
        return fewest[text.count].map { $0 > 0 } ?? false
    }

    /// Stands for every letter beyond ASCII; no UTF-8 text holds the byte.
    private static let otherLetter: UInt8 = 0xFF

    private static let lettersAsSigns = table("@40!1|35$7+8", "aaoiiiessttb")
    private static let otherLettersAsSigns = table("!1|", "lll")
    private static let unshifted = table("!@#$%^&*()", "1234567890")

    private static func table(_ signs: StaticString, _ letters: StaticString) -> [UInt8: UInt8] {
        Dictionary(zip(signs.description.utf8, letters.description.utf8)) { first, _ in first }
    }

    /// Four and more characters that stand side by side on a keyboard or in the alphabet, in either direction.
    private static let keyboardRuns: Set<String> = {
        let tracks = [
            "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
            "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujm", "zaqxswcdevfrbgtnhymju",
        ]
        var runs: Set<String> = []
        for track in tracks.map({ Array($0.utf8) }) {
            for track in [track, track.reversed()] {
                for start in track.indices {
                    for end in track.indices where end - start >= 3 {
                        let run = track[start...end]
                        if run.contains(where: ASCIIText.isLetter) {
                            runs.insert(String(decoding: run, as: UTF8.self))
                        }
                    }
                }
            }
        }
        return runs
    }()

    /// The longest of ``keyboardRuns``, which are longer than any word.
    private static let longest = 28

    /// Words round which most guessed passwords are built: those of every published list, and those that Indian
    /// traders, gods, cities, films and cricketers add to them.
    private static let words: Set<String> = Set(
        """
        abc abcabc access account accounts admin administrator airtel amit anand anil anita april arjun asd asdasd
        ashok august baby balaji bangalore baseball bengaluru bhai bharat bharatmata bhopal biscuit bombay broker
        business calcutta chandi change changeit changeme charlie chennai chocolate company computer cricket customer
        customs dad december deepak default delhi demo desi dhoni diamond donald dosti dragon durga excise export
        exporter family february finance flower football forever freedom friday friend friends ganesh ganesha ganpati
        google government govt guest gujarat gurgaon guru hanuman happy harekrishna hello hindustan hyderabad
        icegate iloveindia iloveyou import importer incredible india indian indore iphone jaibharat jaihanuman jaihind
        jaimatadi jaipur jaishreeram jaishriram jaisriram january jesus jordan july june junior kanpur karachi karma
        killer king kiran kohli kolkata krish krishna krsna kumar lakshmi laxmi letmein liverpool login london love
        lovely lover lucknow lucky ludhiana maa madras mahadev mahakal mahesh manager manish manoj march market master
        mata mataji mehta michael mobile mohan monday money monkey mother mukesh mumbai mummy mustang mypassword
        nagpur namaste naruto navin neha network new newpassword newuser nhavasheva nikhil ninja nothing november
        october office omnamahshivaya omsai omsairam open oracle papa parvati pass passcode passport passw
        passwd password patel patna pokemon pooja portal power prakash pramod prince princess priya pune qaz qazxsw qwe
        qweasd qweasdzxc qweqwe radha radhakrishna radhe radhekrishna radheshyam rahul raja rajesh raju rakesh ram
        ramesh rani ravi rohan rohit root sachin sai saibaba sairam samsung sandeep sanjay sap saturday school secret
        secure secured security september server service shadow shakti shanti sharma shiv shiva shivaji shivam
        shivshakti shree shreeram shri shriram simple singh sita soccer software sona spring star starwars student
        summer sunday sunil sunita sunshine super superman superstar support surat suresh swastik sweet sweety system
        tata tax temp temporary test tester testing thane thursday tiger tigger tinkle trade trader trading trustno
        tuesday user username vande vandemataram vijay vikas vinod virat vishnu wednesday welcome whatever winter wipro
        wsx xyz yadav zaq zxc
        """.utf8.split { $0 == ASCIIText.space || $0 == UInt8(ascii: "\n") }.map { String(decoding: $0, as: UTF8.self) }
    )
}
