/// Takes credentials out of text that will be printed.
package enum Redaction {
    /// `text` with the user information of each URL in it (`scheme://user:password@host`) replaced by `***`.
    package static func redacted(_ text: String) -> String {
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
}
