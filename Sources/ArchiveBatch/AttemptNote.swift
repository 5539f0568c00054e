internal import JSONText

/// What is known of a film that failed: `attempts.json`. It goes when the film is done.
package struct AttemptNote: Hashable, Sendable {
    package static let name = "attempts.json"
    /// A film that failed so often for a reason that may pass counts as failed for good.
    package static let limit = 3

    /// Digest of what was tried: another film of that name, or other options, begin anew.
    package var key: String
    /// How often it failed.
    package var count: Int
    /// It will not do better.
    package var isFinal: Bool
    /// Exit status of the last attempt; 128 and a signal's number where that ended it.
    package var status: Int
    /// One line.
    package var message: String

    package init(key: String, count: Int, isFinal: Bool, status: Int, message: String) {
        self.key = key
        self.count = count
        self.isFinal = isFinal
        self.status = status
        self.message = message
    }

    /// Whether it is not to be tried again.
    package var isSpent: Bool { isFinal || count >= Self.limit }

    /// One more failure. `earlier`: what was known; of another key, it is forgotten.
    package static func after(
        _ earlier: AttemptNote?, key: String, isFinal: Bool, status: Int, message: String
    ) -> AttemptNote {
        let before = earlier.flatMap { $0.key == key ? $0.count : nil } ?? 0
        return AttemptNote(key: key, count: before + 1, isFinal: isFinal, status: status, message: message)
    }

    /// One JSON object with a newline.
    package var text: String {
        var line = JSONLine()
        line.field("type", "scened_attempts")
        line.field("key", key)
        line.field("count", count)
        line.field("final", isFinal)
        line.field("status", status)
        line.field("message", message)
        return line.object + "\n"
    }

    /// Reads what `text` gave; nil for other bytes.
    package init?(_ bytes: [UInt8]) {
        guard let members = JSONValue(parsing: bytes[...])?.members else { return nil }
        let fields = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard fields["type"]?.string == "scened_attempts", let key = fields["key"]?.string,
            let count = fields["count"]?.integer, 0...1 << 30 ~= count, let isFinal = fields["final"]?.bool,
            let status = fields["status"]?.integer, let message = fields["message"]?.string
        else { return nil }
        self.init(key: key, count: Int(count), isFinal: isFinal, status: Int(status), message: message)
    }
}
