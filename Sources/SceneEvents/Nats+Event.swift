package import JSONText
package import Timeline

// Surprise and novelty in events: nats with three decimals.

extension Nats: EventValue {
    var json: String {
        let fraction = thousandths % 1000
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - "\(fraction)".count)
            + "\(fraction)"
    }

    package init(event value: JSONValue) throws(EventError) {
        guard value.kind == .number else { throw .wrongType }
        guard let number = value.double, 0...1000 ~= number else {
            throw .field(path: "", problem: "is not between 0 and 1000")
        }
        self.init(number)
    }
}
