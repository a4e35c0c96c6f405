import HTMLTemplate

/// A page with a main form: the element with the identifier `form`, which posts to the page's own path.
///
/// The buttons of the frame that choose a language or let the session go on belong to that form, so that the page comes
/// again with what was typed (``Visit/wantsPageAgain``). A browser that does not know the attribute `form` of buttons
/// sends the frame's own forms.
protocol FormPage: PageModel {}
