import HTTP
import HTTPTypes

// What a browser says of where a request comes from. Source: https://www.w3.org/TR/fetch-metadata/
extension Request {
    /// Whether a page of another site had the browser send it; `false` where the browser does not say.
    var isOfAnotherSite: Bool {
        guard let site = header(.secFetchSite) else { return false }
        return site != "same-origin" && site != "none"
    }

    /// The request without the text that its page would repeat, where another site chose that.
    ///
    /// Pages are compressed: who has a page repeat a guess beside something that is not theirs to know, and sees the length of the
    /// answer, learns whether the guess is right (BREACH, https://www.breachattack.com).
    var withoutForeignText: Request {
        guard isOfAnotherSite else { return self }
        var request = self
        let kept = query.names.filter { !PageAddress.parameters.contains($0) }
        request.query = Parameters(kept.map { (name: $0, value: query[$0] ?? "") })
        return request
    }
}

extension HTTPField.Name {
    // "Sec-Fetch-Site" is a token, for which the initialiser never fails.
    fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
