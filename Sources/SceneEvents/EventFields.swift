package import JSONText

/// The fields of an event, or of an object in one, by name: decoded on demand, within `EventLimits`. Fields
/// that nobody asks for, such as those of later versions, do no harm.
package struct EventFields: Sendable {
    private let members: [JSONValue.Member]

    /// Reads a line, with or without its newline. O(length).
    package init(line: ArraySlice<UInt8>) throws(EventError) {
        guard line.count <= EventLimits.longestLine else { throw .lineTooLong }
        guard let value = JSONValue(parsing: line) else { throw .notJSON }
        try self.init(value)
    }

    /// An object in which no name comes twice.
    package init(_ value: JSONValue) throws(EventError) {
        guard let members = value.members else { throw .wrongType }
        self.members = members
        guard members.count > 1 else { return }
        // Objects of events are small; the names of a large one are compared by hash.
        if members.count <= 24 {
            for (index, member) in members.enumerated() {
                for other in members[..<index] where other.name == member.name { throw .twice(member.name) }
            }
        } else {
            var names: Set<String> = []
            for member in members where !names.insert(member.name).inserted { throw .twice(member.name) }
        }
    }

    /// Names and values in order.
    var all: [JSONValue.Member] { members }

    /// Whether the field is there, null or not.
    package func has(_ name: String) -> Bool { member(name) != nil }

    private func member(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

    /// The field as `read` makes it; nil where it is absent or null.
    package func find<Value>(
        _ name: String, _ read: (JSONValue) throws(EventError) -> Value
    ) throws(EventError) -> Value? {
        guard let value = member(name), value.kind != .null else { return nil }
        do {
            return try read(value)
        } catch {
            throw error.inside(name)
        }
    }

    /// The field as `read` makes it.
    package func get<Value>(
        _ name: String, _ read: (JSONValue) throws(EventError) -> Value
    ) throws(EventError) -> Value {
        guard let value = try find(name, read) else {
            throw .field(path: name, problem: has(name) ? "is null" : "is missing")
        }
        return value
    }

    /// How long the list in field `name` is; nil where it is absent or null.
    package func count(of name: String) throws(EventError) -> Int? {
        try find(name) { value throws(EventError) in try value.list { $0 }.count }
    }

    package func find<Value: EventValue>(_ name: String) throws(EventError) -> Value? {
        try find(name, Value.init(event:))
    }

    package func get<Value: EventValue>(_ name: String) throws(EventError) -> Value {
        try get(name, Value.init(event:))
    }
}

extension EventError {
    static let wrongType = EventError.field(path: "", problem: "has the wrong type")
    static let outOfRange = EventError.field(path: "", problem: "is out of range")

    fileprivate static func twice(_ name: String) -> EventError {
        // A name may be of any length, and hold what no line may.
        let isPlain = name.utf8.count <= 40 && name.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        return .field(path: isPlain ? name : "a field", problem: "is given twice")
    }
}
