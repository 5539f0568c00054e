/// Takes credentials out of text that will be printed. Text that has been through it stays as it is.
package enum Redaction {
    /// Names of parameters whose values are secrets, with `_` for a hyphen.
    private static let parameters: Set<String> = [
        "password", "passwd", "pass", "pwd", "passphrase", "token", "access_token", "auth", "auth_token",
        "authorization", "key", "apikey", "api_key", "secret", "signature", "sig", "user", "username", "jwt",
        "hmac", "session", "sessionid", "session_id", "ticket", "hdnts", "hdnea", "policy", "streamid", "pw",
        "tok", "id_token", "refresh_token", "client_secret", "x_amz_signature", "x_amz_credential",
        "x_amz_security_token",
    ]

    /// `text` with the user information of each URL in it (`scheme://user:password@host`), and the values of
    /// telling parameters behind `?`, `&`, `;` or `#`, replaced by `***`.
    package static func redacted(_ text: String) -> String {
        withoutParameters(withoutUsers(text))
    }

    private static func withoutUsers(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let marker = rest.firstRange(of: "://") {
            result += rest[..<marker.upperBound]
            rest = rest[marker.upperBound...]
            if let at = endOfUser(rest) {
                result += "***"
                rest = rest[at...]
            }
        }
        return result + rest
    }

    /// Where the @ stands behind the user information that `text`, what follows `://`, begins with; nil where
    /// it has none.
    ///
    /// A password may hold characters that should have been escaped: `/`, `?`, `#`, quotes, blanks. Where it
    /// is doubtful whether there is one, there is.
    private static func endOfUser(_ text: Substring) -> Substring.Index? {
        let authority = text.prefix { isOfAuthority($0) }
        if let at = authority.lastIndex(of: "@") { return at }
        let line = text.prefix { !$0.isNewline }
        let own = line.firstRange(of: "://").map { line[..<$0.lowerBound] } ?? line
        guard !text.hasPrefix("["), let first = own.firstIndex(of: "@") else { return nil }
        let user = own[..<first]
        // What follows begins with a host, which holds none.
        let at = own[first...].prefix { isOfAuthority($0) }.lastIndex(of: "@") ?? first
        let isOneWord = !user.contains(where: isBlank)
        let asks = user.contains { "?#".contains($0) }
        guard let colon = authority.firstIndex(of: ":") else {
            guard isOneWord else { return nil }
            // `to?ken@host` rather than `host/path?mail=a@b`.
            guard asks else { return user.contains(":") ? at : nil }
            return user.contains("=") || user.contains("/") ? nil : at
        }
        let last = authority[authority.index(after: colon)...]
        guard last.allSatisfy({ $0.isNumber || $0 == ":" }) else { return at }
        if isOneWord { return asks && user.contains("=") ? nil : at }
        // `http://host:80: no answer` and `http://host:80/live is down` are sentences.
        let isSentence = last.isEmpty || last.hasSuffix(":") || user.contains(": ")
        return isSentence || !isBlank(text[authority.endIndex]) ? nil : at
    }

    private static func isOfAuthority(_ character: Character) -> Bool {
        !isBlank(character) && !"/?#".contains(character)
    }

    private static func withoutParameters(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let equals = rest.firstIndex(of: "=") {
            let before = rest[..<equals]
            result += rest[...equals]
            rest = rest[rest.index(after: equals)...]
            guard let mark = before.lastIndex(where: { "?&;#".contains($0) }),
                parameters.contains(
                    before[before.index(after: mark)...].lowercased().replacing("-", with: "_"))
            else { continue }
            result += "***"
            rest = rest[endOfValue(rest)...]
        }
        return result + rest
    }

    /// Where a parameter's value ends that `text` begins with. What closes a clause of the sentence that the
    /// address stands in is no part of it.
    private static func endOfValue(_ text: Substring) -> Substring.Index {
        var value = text.prefix { !isBlank($0) && $0 != "&" }
        guard text[value.endIndex...].first.map(\.isWhitespace) ?? true else { return value.endIndex }
        while let last = value.last, ":,.;)".contains(last) { value.removeLast() }
        return value.endIndex
    }

    /// Ends an address that stands in a sentence.
    private static func isBlank(_ character: Character) -> Bool {
        character.isWhitespace || "\"'".contains(character)
    }
}
