internal import JSONText
internal import Timeline

/// An item of the field `sentence_tags` of a scene.
extension SentenceTag {
    var json: String {
        var line = JSONLine()
        line.field("name", name)
        line.field("share", share)
        line.field("cosine", microseconds: Int64(cosine))
        return line.object
    }

    init(event value: JSONValue) throws(EventError) {
        let fields = try EventFields(value)
        let cosine: Double = try fields.get("cosine") { value throws(EventError) in
            guard value.kind == .number, let number = value.double, -1...1 ~= number else {
                throw .field(path: "", problem: "is not between -1 and 1")
            }
            return number
        }
        self.init(name: try fields.get("name"), share: try fields.get("share"), cosine: cosine)
    }
}
