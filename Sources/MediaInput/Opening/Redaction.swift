/// Takes credentials out of text that will be printed.
package enum Redaction {
    /// Names of query parameters whose values are secrets.
    private static let parameters = [
        "password", "passwd", "pass", "pwd", "passphrase", "token", "access_token", "auth", "key", "apikey",
        "api_key", "secret", "signature", "sig", "user", "username", "jwt", "hmac", "session", "ticket",
        "hdnts", "hdnea", "policy", "streamid",
    ]

    /// `text` with the user information of each URL in it (`scheme://user:password@host`), and the values of
    /// telling parameters, replaced by `***`.
    package static func redacted(_ text: String) -> String {
        withoutParameters(withoutUsers(text))
    }

    private static func withoutUsers(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let marker = rest.firstRange(of: "://") {
            result += rest[..<marker.upperBound]
            rest = rest[marker.upperBound...]
            let authority = rest.prefix { !"/?# \t\"'".contains($0) }
            // A password may hold a slash that should have been escaped: look for the last @ before a blank
            // too.
            let word = rest.prefix { !" \t\"'".contains($0) }
            let at =
                authority.lastIndex(of: "@")
                ?? word.firstIndex(of: "@").flatMap { index in
                    word[..<index].contains(":") && !word[..<index].contains("?") ? index : nil
                }
            if let at {
                result += "***"
                rest = rest[at...]
            }
        }
        return result + rest
    }

    private static func withoutParameters(_ text: String) -> String {
        guard text.contains("=") else { return text }
        var result = ""
        var rest = text[...]
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].reversed().prefix { $0.isLetter || $0 == "_" }.reversed()
            result += rest[...equals]
            rest = rest[rest.index(after: equals)...]
            let isParameter =
                rest.startIndex != text.startIndex && parameters.contains(String(name).lowercased())
                && (result.dropLast(name.count + 1).last.map { "?&".contains($0) } ?? false)
            if isParameter {
                result += "***"
                rest = rest.drop { !"& \t\"'#".contains($0) }
            }
        }
        return result + rest
    }
}
