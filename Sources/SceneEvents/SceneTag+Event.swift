internal import JSONText
internal import Timeline

/// An item of the field `tags` of a scene.
extension SceneTag {
    var json: String {
        var line = JSONLine()
        line.field("label", label)
        line.field("probability", probability)
        return line.object
    }

    init(event value: JSONValue) throws(EventError) {
        let fields = try EventFields(value)
        self.init(label: try fields.get("label"), probability: try fields.get("probability"))
    }
}
