import Testing

@testable import Registration

@Suite("A common password") struct CommonPasswordsTests {
    @Test(
        "C24: is one that attackers try first, in the forms that the policy would take",
        arguments: [
            "Password@1234", "P@ssw0rd@2024!", "Icegate@1234567", "Qwerty@12345", "Welcome@12345", "Admin@123456",
            "aaaaAAAA1111!", "Password@1", "Icegate@123", "Passw0rd!Passw0rd!", "Welc0me@2026!!", "We1come#12345",
            "Adm1n1str@tor!9", "Admin@Admin@123", "Admin@India1947", "1qaz@WSX3edc", "!QAZ2wsx#EDC", "Qwertyuiop@1",
            "Asdfghjkl#123", "Zxcvbnm,./1234", "Abcdefghijk1!", "Abcd@1234567", "Abcd1234Efgh!", "Qwe@Asd#123456",
            "Aa123456789!", "Aa@123456789", "1234567890Ab!", "!@#$%^&*()Aa1", "Ab1!Ab1!Ab1!", "Kutch7!Kutch7!",
            "Q1w2e3r4t5y6!",
            "Jaishreeram@108", "JaiHind@151947", "Mumbai@400001", "Summer2026!!!", "January@2026!", "Monday@12345!",
            "Iloveyou@1234", "Letmein@12345", "Changeme@1234", "Trustno1@1234", "Company@12345", "Export@123456",
            "2026@Password!", "@@Password@@11", "Password@123\u{1F600}", "Pa$$word#2026", "Krishna@10811",
        ])
    func common(text: String) {
        #expect(CommonPasswords.contain(text))
        #expect(CommonPasswords.contain(text.uppercased()))
        #expect(CommonPasswords.contain(text.lowercased()))
    }

    @Test(
        "is none that has words of its own or letters by chance",
        arguments: [
            "Tr4de-winds&Kutch", "correct Horse 7 battery staple", "Mango!Lassi#42nd", "xK9#mQ2$vL7p", "8#2!9$aA@4%7",
            "Masterpiece 7+7", "Indiana Jones 4 whips", "Testament of 12 kings", "Passion4Fruit&Lime",
            "Openly 9 Clouds drift",
            "पासवर्ड-Neem-42", "Starfruit&7Guavas", "Monkeynuts-19-Bowls",
        ])
    func uncommon(text: String) {
        #expect(!CommonPasswords.contain(text))
    }

    @Test("C24: is each of the 3,000 that leaks show most often, whatever its case")
    func leaked() {
        #expect(LeakedPasswords.all.count == 3_000)
        for text in LeakedPasswords.all.map(String.init) {
            for text in [text, text.uppercased()] {
                do throws(InvalidValue) {
                    _ = try ChosenPassword(text, personal: [])
                    Issue.record("\(text) was taken")
                } catch {
                    #expect(error.violations.contains(.passwordCommon), "\(text)")
                }
            }
        }
    }

    @Test("E17: is judged soon, whatever was typed")
    func time() {
        let clock = ContinuousClock()
        let texts = ["1", "a", "1a", "qwertyuiop", "@!$1", "password"].map { unit in
            String(String(repeating: unit, count: 128).prefix(126)) + "~q"
        }
        let time = clock.measure { for text in texts { _ = CommonPasswords.contain(text) } }
        #expect(time < .seconds(6))
    }
}
