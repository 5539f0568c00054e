internal import JSONText
internal import Timeline

/// An item of the field `genres` of a part.
extension GenreShare {
    var json: String {
        var line = JSONLine()
        line.field("name", name)
        line.field("share", share)
        return line.object
    }

    init(event value: JSONValue) throws(EventError) {
        let fields = try EventFields(value)
        self.init(name: try fields.get("name"), share: try fields.get("share"))
    }
}
