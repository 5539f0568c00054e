package import JSONText
package import Timeline

/// What a field of an event can be. Conformances say within which limits.
package protocol EventValue {
    /// Throws with an empty path.
    init(event value: JSONValue) throws(EventError)
}

/// A count or an index, up to `EventLimits.largestCount`.
extension Int: EventValue {
    package init(event value: JSONValue) throws(EventError) {
        let number = try Int64(event: value)
        guard number >= 0 else { throw .field(path: "", problem: "is negative") }
        guard number <= EventLimits.largestCount else { throw .outOfRange }
        self = Int(number)
    }
}

/// Ticks, or milliseconds since 1970: any whole number, to be checked by whoever knows the clock.
extension Int64: EventValue {
    package init(event value: JSONValue) throws(EventError) {
        guard value.kind == .number else { throw .wrongType }
        guard let number = value.integer else { throw .outOfRange }
        self = number
    }
}

extension Bool: EventValue {
    package init(event value: JSONValue) throws(EventError) {
        guard let flag = value.bool else { throw .wrongType }
        self = flag
    }
}

extension String: EventValue {
    package init(event value: JSONValue) throws(EventError) {
        guard value.kind == .string else { throw .wrongType }
        guard value.bytes.count <= EventLimits.longestText, let text = value.string else {
            throw .field(path: "", problem: "is longer than \(EventLimits.longestText) bytes")
        }
        self = text
    }
}

extension Array: EventValue where Element: EventValue {
    package init(event value: JSONValue) throws(EventError) {
        self = try value.list(Element.init(event:))
    }
}

extension JSONValue {
    /// An array of what `read` makes of its elements.
    package func list<Element>(
        _ read: (JSONValue) throws(EventError) -> Element
    ) throws(EventError) -> [Element] {
        guard let elements else { throw .wrongType }
        var list: [Element] = []
        list.reserveCapacity(elements.count)
        for element in elements { list.append(try read(element)) }
        return list
    }
}

extension Score: EventValue {
    package init(event value: JSONValue) throws(EventError) {
        guard value.kind == .number else { throw .wrongType }
        guard let number = value.double, 0...1 ~= number else {
            throw .field(path: "", problem: "is not between 0 and 1")
        }
        self.init(number)
    }
}

/// A time or a duration in seconds, as it is printed: with six decimals. Within a century.
package struct EventSeconds: EventValue, Hashable, Sendable {
    package var seconds: Double

    package var microseconds: Int64 { Int64((seconds * 1_000_000).rounded()) }

    package init(event value: JSONValue) throws(EventError) {
        guard value.kind == .number else { throw .wrongType }
        guard let number = value.double, number.magnitude <= MediaClock.century else { throw .outOfRange }
        seconds = number
    }
}

extension TimeBase: EventValue {
    package init(event value: JSONValue) throws(EventError) {
        let numbers = try String(event: value).split(separator: "/", omittingEmptySubsequences: false)
        let ratio = 1...EventLimits.largestRatio
        guard numbers.count == 2, let numerator = Int64(numbers[0]), let denominator = Int64(numbers[1]),
            ratio ~= numerator, ratio ~= denominator
        else { throw .field(path: "", problem: "is not a positive rational number") }
        self.init(numerator: numerator, denominator: denominator)
    }
}

extension TimecodeLabel: EventValue {
    package init(event value: JSONValue) throws(EventError) {
        guard let label = TimecodeLabel(try String(event: value)) else {
            throw .field(path: "", problem: "is not a timecode")
        }
        self = label
    }
}

/// A word of the grammar: one of the raw values of an enumeration.
package protocol EventWord: EventValue, RawRepresentable where RawValue == String {}

extension EventWord {
    package init(event value: JSONValue) throws(EventError) {
        guard let word = Self(rawValue: try String(event: value)) else { throw .laterWord(path: "") }
        self = word
    }
}

extension TransitionKind: EventWord {}
extension BoundaryKind: EventWord {}
extension BoundaryState: EventWord {}
extension CutNotice.State: EventWord {}
extension SceneEnd: EventWord {}
extension Block.Kind: EventWord {}
extension Gap.Reason: EventWord {}
extension FeedState: EventWord {}
extension PictureState.Kind: EventWord {}
extension Novelty.State: EventWord {}
extension StreamEnd.Reason: EventWord {}
extension CueMessage.Kind: EventWord {}
extension CueMessage.Direction: EventWord {}
