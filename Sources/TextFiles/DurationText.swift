/// Durations as people write them: `20`, `0.4`, `20s`, `500ms`, `1m30`, `1h20m`, `1:30`, `1:02:03.5`. The
/// page of a catalogue reads the same (`catalogue.js`); `fixtures/durations.json` has cases for both.
package enum DurationText {
    /// Seconds, of either sign; thirty years are more than any duration here.
    private static let longest = 1e9

    /// Seconds; nil where `text` is no duration. A number without a unit is seconds, also behind minutes.
    package static func seconds(_ text: String) -> Double? {
        let seconds = decimal(text) ?? (text.contains(":") ? clock(text) : units(text))
        return seconds.flatMap { $0.magnitude <= longest ? $0 : nil }
    }

    /// `M:SS` or `H:MM:SS`, the last with decimals.
    private static func clock(_ text: String) -> Double? {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard 2...3 ~= fields.count, let seconds = number(fields[fields.count - 1]), seconds < 60 else {
            return nil
        }
        var minutes = 0
        for (place, field) in fields.dropLast().enumerated() {
            guard let value = Int(field), 0...9999 ~= value, place == 0 || value < 60 else { return nil }
            minutes = minutes * 60 + value
        }
        return Double(minutes * 60) + seconds
    }

    /// Numbers with falling units; the last may lack its `s`.
    private static func units(_ text: String) -> Double? {
        let known: [(name: String, seconds: Double)] = [("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001)]
        var rest = text[...]
        var next = 0
        var sum = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest[digits.endIndex...]
            let name = rest.prefix { $0.isLetter }
            rest = rest[name.endIndex...]
            let unit = name.isEmpty && rest.isEmpty && next > 0 ? "s" : name
            guard let value = number(digits), let place = known.firstIndex(where: { $0.name == unit }),
                place >= next
            else { return nil }
            sum += value * known[place].seconds
            next = place + 1
        }
        return next > 0 ? sum : nil
    }

    private static func number(_ text: some StringProtocol) -> Double? {
        guard let first = text.first, first.isNumber else { return nil }
        return decimal(text)
    }

    /// Swift reads hexadecimal digits, too; people write no durations with them.
    private static func decimal(_ text: some StringProtocol) -> Double? {
        text.contains { $0 == "x" || $0 == "X" } ? nil : Double(text)
    }
}
