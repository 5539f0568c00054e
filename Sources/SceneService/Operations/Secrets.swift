internal import EventDelivery
internal import MediaInput
internal import Synchronization

/// The one place through which text passes before a person or a machine sees it: logs, status, metrics,
/// pages.
package enum Secrets {
    /// What must not be seen, in every form in which it may turn up, and what stands there instead; longest
    /// first.
    private static let known = Mutex<[Form]>([])

    private struct Form: Hashable {
        var text: String
        var shown = "***"
    }

    /// Notes a secret: as it stands, percent-encoded and decoded, and in base 64. Secrets under four bytes
    /// are ignored: they would eat innocent text.
    package static func register(_ secret: String) {
        guard secret.utf8.count >= 4 else { return }
        var forms = forms(of: secret)
        // Of an address, what opens it, too: user and password, and what stands in its query.
        if let scheme = secret.firstRange(of: "://") {
            let rest = secret[scheme.upperBound...]
            var parts: [Substring] = []
            if let at = rest.prefix(while: { $0 != "/" }).lastIndex(of: "@") {
                parts += rest[..<at].split(separator: ":")
            }
            if let query = rest.firstIndex(of: "?") {
                parts += rest[rest.index(after: query)...].split { "&#".contains($0) }
                    .compactMap { item in item.firstIndex(of: "=").map { item[item.index(after: $0)...] } }
                    .filter { $0.utf8.count >= 8 }
            }
            for part in parts where part.utf8.count >= 4 { forms.formUnion(Self.forms(of: String(part))) }
        }
        add(forms.map { Form(text: $0) })
    }

    /// Notes the name of an input that holds secrets, as whoever reads it calls it: `shown` stands for it.
    package static func register(name: String, shown: String) {
        guard name != shown, name.utf8.count >= 4 else { return }
        add([Form(text: name, shown: shown)])
    }

    private static func add(_ forms: [Form]) {
        known.withLock { known in
            known = Set(known).union(forms).sorted {
                ($1.text.utf8.count, $0.text, $0.shown) < ($0.text.utf8.count, $1.text, $1.shown)
            }
        }
    }

    private static func forms(of secret: String) -> Set<String> {
        let encoded = SecretText.percentEncoded(secret)
        let all = [
            secret, encoded, SecretText.withSmallDigits(encoded), SecretText.percentDecoded(secret),
            base64(secret),
        ]
        return Set(all.filter { $0.utf8.count >= 4 })
    }

    /// `text` with user information of addresses, values of telling parameters and registered secrets
    /// replaced by `***`. Text that has been through it stays as it is.
    package static func redacted(_ text: String) -> String {
        var result = text
        for secret in known.withLock({ $0 }) where result.contains(secret.text) {
            result = result.replacing(secret.text, with: secret.shown)
        }
        return Redaction.redacted(result)
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
