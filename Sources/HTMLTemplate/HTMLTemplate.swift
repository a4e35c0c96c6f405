// HTMLTemplate
