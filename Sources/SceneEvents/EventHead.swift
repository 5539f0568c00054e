/// What a line of `EventWriter` begins with: enough to tell events from one another, and an event from what a
/// crash or a bad disk leaves.
///
/// Cheap: no JSON is parsed. Relies on the fixed order of keys: `v`, `type`, `seq`, `id` come first.
package struct EventHead: Hashable, Sendable {
    /// The `type` field; of any version.
    package let type: String
    /// The `seq` field, from 1.
    package let sequence: Int64
    /// What follows `seq` begins here, counted from the line's first byte.
    private let end: Int

    /// nil where `line`, without its newline, is no event.
    package init?(_ line: ArraySlice<UInt8>) {
        var head = line
        guard Self.take("{\"v\":", from: &head), Self.number(&head) != nil,
            Self.take(",\"type\":\"", from: &head),
            let quote = head.prefix(40).firstIndex(of: UInt8(ascii: "\"")), quote != head.startIndex
        else { return nil }
        let type = head[..<quote]
        head = head[quote...]
        guard Self.take("\",\"seq\":", from: &head), let sequence = Self.number(&head),
            1...EventLimits.largestCount ~= sequence, line.count <= EventLimits.longestLine,
            head.first == UInt8(ascii: ",") || head.first == UInt8(ascii: "}"),
            line.last == UInt8(ascii: "}"), !line.contains(where: { $0 < 0x20 })
        else { return nil }
        self.type = String(decoding: type, as: UTF8.self)
        self.sequence = sequence
        end = head.startIndex - line.startIndex
    }

    /// The `id` field of the line that this is the head of; nil where it does not stand behind `seq`.
    package func identity(in line: ArraySlice<UInt8>) -> String? {
        var rest = line.dropFirst(end)
        guard Self.take(",\"id\":\"", from: &rest) else { return nil }
        return String(decoding: rest.prefix(200).prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    private static func take(_ text: String, from head: inout ArraySlice<UInt8>) -> Bool {
        guard head.starts(with: text.utf8) else { return false }
        head = head.dropFirst(text.utf8.count)
        return true
    }

    private static func number(_ head: inout ArraySlice<UInt8>) -> Int64? {
        let digits = head.prefix(20).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        head = head.dropFirst(digits.count)
        return Int64(String(decoding: digits, as: UTF8.self))
    }
}
