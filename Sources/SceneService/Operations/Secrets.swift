internal import EventDelivery
internal import MediaInput
internal import Synchronization

/// The one place through which text passes before a person or a machine sees it: logs, status, metrics,
/// pages.
package enum Secrets {
    /// What must not be seen, in every form in which it may turn up; longest first.
    private static let known = Mutex<[String]>([])

    /// Notes a secret: as it stands, percent-encoded, and in base 64. Secrets under four bytes are ignored:
    /// they would eat innocent text.
    package static func register(_ secret: String) {
        guard secret.utf8.count >= 4 else { return }
        var forms: Set<String> = [secret, SecretText.percentEncoded(secret), base64(secret)]
        // Of an address, the password alone too.
        if let scheme = secret.firstRange(of: "://"),
            let at = secret[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
        {
            for part in secret[scheme.upperBound..<at].split(separator: ":") where part.utf8.count >= 4 {
                forms.formUnion([String(part), base64(String(part))])
            }
        }
        known.withLock { known in
            known = Set(known).union(forms).sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
        }
    }

    /// `text` with user information of addresses, values of telling parameters and registered secrets
    /// replaced by `***`.
    package static func redacted(_ text: String) -> String {
        var result = Redaction.redacted(text)
        for secret in known.withLock({ $0 }) where result.contains(secret) {
            result = result.replacing(secret, with: "***")
        }
        return result
    }

    /// RFC 4648, section 4, without padding: the form is looked for inside longer text.
    private static func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bytes = Array(text.utf8)
        var encoded = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for digit in 0...group.count {
                encoded.append(alphabet[Int(word >> UInt32(18 - 6 * digit) & 63)])
            }
        }
        return encoded
    }
}
