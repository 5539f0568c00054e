package import JSONText
package import Timeline

// The sound of a part in a `shot` event: numbers with two decimals.

extension SoundSummary {
    /// As a JSON object.
    var json: String {
        var line = JSONLine()
        line.field("coverage", raw: coverage.json)
        line.field("level", raw: level.json)
        line.field("loudness", raw: loudness.json)
        line.field("silence", raw: silence.json)
        line.field("modulation", raw: modulation?.json ?? "null")
        line.field("steadiness", raw: steadiness?.json ?? "null")
        line.field("bands", list: bands.map(\.json))
        line.field("entry", raw: entry?.json ?? "null")
        return line.object
    }

    init(event value: JSONValue) throws(EventError) {
        let fields = try EventFields(value)
        self.init(
            coverage: try fields.get("coverage"), level: try fields.get("level"),
            loudness: try fields.get("loudness"), silence: try fields.get("silence"),
            modulation: try fields.find("modulation"), steadiness: try fields.find("steadiness"),
            bands: try fields.get("bands"), entry: try fields.find("entry", Entry.init(event:)))
    }
}

extension SoundSummary.Entry {
    fileprivate var json: String {
        var line = JSONLine()
        line.field("change", raw: change.json)
        line.field("level_change", raw: levelChange.json)
        line.field("dip", raw: dip.json)
        line.field("silent", isSilent)
        return line.object
    }

    fileprivate init(event value: JSONValue) throws(EventError) {
        let fields = try EventFields(value)
        self.init(
            change: try fields.get("change"), levelChange: try fields.get("level_change"),
            dip: try fields.get("dip"), isSilent: try fields.get("silent"))
    }
}

extension SoundSummary.Decimal: EventValue {
    fileprivate var json: String {
        let fraction = hundredths.magnitude % 100
        return (hundredths < 0 ? "-" : "") + "\(hundredths.magnitude / 100)."
            + (fraction < 10 ? "0\(fraction)" : "\(fraction)")
    }

    package init(event value: JSONValue) throws(EventError) {
        guard value.kind == .number else { throw .wrongType }
        guard let number = value.double, number.magnitude <= 1e6 else { throw .outOfRange }
        self.init(hundredths: Int((number * 100).rounded()))
    }
}
