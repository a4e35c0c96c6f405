import HTMLTemplate

/// A page with a main form: the element with the identifier `form`, which posts to the page's own path.
///
/// Behind it the frame has buttons of that form that choose a language or let the session go on: the page comes again
/// with what was typed (``Visit/wantsPageAgain``).
protocol FormPage: PageModel {
    /// Whether the page has its form in the state that it is in; as a rule it does.
    var showsForm: Bool { get }
}

extension FormPage {
    var showsForm: Bool { true }
}
