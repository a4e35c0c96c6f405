import HTMLTemplate

/// One of the advisory's rules under the form of the account's details.
struct AccountRule: TemplateModel, Sendable {
    /// What the script ticks the rule by while the registrant types; empty for a rule that it does not follow.
    var name: String
    var message: Message

    /// The six rules, letter for letter.
    static let all = [
        AccountRule(name: "blanks", message: "*ICEGATE Id should not contain any blank spaces."),
        AccountRule(
            name: "characters", message: #"*ICEGATE Id should not contain special characters except "-" and "_"."#),
        AccountRule(name: "length", message: "*ICEGATE Id should not exceed 25 characters."),
        AccountRule(name: "alphanumeric", message: "*ICEGATE Id may be alpha-numeric characters."),
        AccountRule(name: "email", message: "* E-mail id should not exceed 50 characters."),
        AccountRule(
            name: "password",
            message:
                "* The password should be complex and should contain number, special character and different cases.."
        ),
    ]

    static let fields = Fields<Self>([
        .text("name") { $0.name },
        .message("message") { $0.message },
    ])
}
