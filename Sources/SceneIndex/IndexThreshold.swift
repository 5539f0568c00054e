internal import JSONText

/// From which score scenes count as alike: stands in an index as `threshold.json`, where somebody set it.
package struct IndexThreshold: Hashable, Sendable {
    /// Cosine, 0 to 1.
    package var threshold: Double
    /// Scenes a day that had a match of another recording when it was measured.
    package var matchesPerDay: Double
    /// Hours of scenes that it was measured on.
    package var hours: Double

    package init(threshold: Double, matchesPerDay: Double, hours: Double) {
        self.threshold = threshold
        self.matchesPerDay = matchesPerDay
        self.hours = hours
    }

    /// One JSON object with a newline.
    package var text: String {
        func decimal(_ value: Double) -> String {
            JSONLine.decimal(micro: Int64((min(value, 1e9) * 1_000_000).rounded()))
        }
        var line = JSONLine()
        line.field("type", "scened_index_threshold")
        line.field("threshold", raw: decimal(threshold))
        line.field("matches_per_day", raw: decimal(matchesPerDay))
        line.field("hours", raw: decimal(hours))
        return line.object + "\n"
    }

    /// Reads what `text` gave. `directory`: for messages.
    init(_ bytes: [UInt8], directory: String) throws(IndexError) {
        let members = JSONValue(parsing: bytes[...])?.members ?? []
        let fields = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard fields["type"]?.string == "scened_index_threshold",
            let threshold = fields["threshold"]?.double, 0...1 ~= threshold
        else {
            throw IndexError(
                .unusable,
                "'\(IndexLayout.thresholdPath(directory))' is not as it was written; remove it, or set it again with scened index threshold --set"
            )
        }
        self.init(
            threshold: threshold, matchesPerDay: fields["matches_per_day"]?.double ?? 0,
            hours: fields["hours"]?.double ?? 0)
    }
}
